/** Text within HTML and SVG, and pages that need no other file. */

/** Whether a character is one of text. */
function known(c: string): boolean {
  const code = c.codePointAt(0) ?? 0;
  if (code < 32) return code === 9 || code === 10 || code === 13;
  return !(code >= 0x7f && code <= 0x9f) && !(code >= 0xd800 && code <= 0xdfff) && (code & 0xfffe) !== 0xfffe;
}
/** Text without characters that XML does not know, or that steer a terminal. */
export const plain = (text: string): string => Array.from(text, (c) => (known(c) ? c : '\ufffd')).join('');
/** Text within HTML or XML, also in an attribute. */
export const escaped = (text: string): string =>
  plain(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

/** A page of a title, a style sheet and the markup of its body. */
export const page = (title: string, style: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>
${style}
</style>
</head>
<body>
${body}
</body>
</html>
`;

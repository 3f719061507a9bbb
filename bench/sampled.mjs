/** The sum of every 1,021st number: what is compared of large results. */
export function sampled(data) {
  let sum = 0;
  for (let i = 0; i < data.length; i += 1021) sum += data[i];
  return sum;
}

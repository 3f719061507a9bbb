import ts from 'typescript';

/** The functions that a module exports, and its namespaces', whose results carry a configuration: as 'adam', 'clip.value'. */
export function configuredFactories(file: string): string[] {
  const program = ts.createProgram([file], {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.esnext.disposable.d.ts'],
    strict: true,
    types: [],
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file) as ts.SourceFile;
  const resolved = (symbol: ts.Symbol): ts.Symbol =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const isConfigured = (symbol: ts.Symbol): boolean => {
    const type = checker.getTypeOfSymbolAtLocation(symbol, source);
    return type.getCallSignatures().some((signature) => {
      const config = checker.getReturnTypeOfSignature(signature).getProperty('config');
      return config !== undefined && checker.getTypeOfSymbolAtLocation(config, source).symbol?.name === 'Config';
    });
  };
  const within = (module: ts.Symbol, path: string): string[] =>
    checker.getExportsOfModule(module).flatMap((symbol) => {
      const own = resolved(symbol);
      const name = path + symbol.name;
      if (own.flags & ts.SymbolFlags.ValueModule) return within(own, `${name}.`);
      return own.flags & ts.SymbolFlags.Value && isConfigured(own) ? [name] : [];
    });
  return within(checker.getSymbolAtLocation(source) as ts.Symbol, '').sort();
}

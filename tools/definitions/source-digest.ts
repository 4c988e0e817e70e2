import { createHash } from 'node:crypto';
import ts from 'typescript';

/**
 * SHA-256, hex, over a declaration and everything of this repository that it uses, directly or not: through barrels,
 * in whatever file. Packages stay outside, and so do types; comments and formatting do not count, nor does where a
 * thing is declared. `leftOut` is a property within the declaration that does not count either.
 */
export function sourceDigest(
  declaration: ts.VariableDeclaration,
  checker: ts.TypeChecker,
  leftOut?: ts.ObjectLiteralElementLike,
): string {
  const found = new Set<ts.Node>();
  collect(declaration, checker, found, leftOut);
  const hash = createHash('sha256');
  for (const one of found) {
    const source = one === declaration && leftOut ? textWithout(leftOut, declaration) : one.getText();
    hash.update(JSON.stringify(tokensOf(ts.isVariableDeclaration(one) ? `const ${source}` : source)));
  }
  return hash.digest('hex');
}

/** Adds a declaration of a module and, in the order of their first use, those that it uses. */
function collect(declaration: ts.Node, checker: ts.TypeChecker, found: Set<ts.Node>, leftOut?: ts.Node): void {
  if (found.has(declaration)) return;
  found.add(declaration);
  const visit = (node: ts.Node): void => {
    if (isOfTypes(node) || node === leftOut) return;
    if (ts.isIdentifier(node)) {
      for (const used of symbolOf(node, checker)?.declarations ?? []) {
        const whole = enclosing(used);
        if (whole) collect(whole, checker, found);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(declaration);
}

const isOfTypes = (node: ts.Node): boolean =>
  (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) || ts.isTypeParameterDeclaration(node);

/** What a name stands for, behind imports and exports. */
function symbolOf(name: ts.Identifier, checker: ts.TypeChecker): ts.Symbol | undefined {
  const symbol = ts.isShorthandPropertyAssignment(name.parent)
    ? checker.getShorthandAssignmentValueSymbol(name.parent)
    : checker.getSymbolAtLocation(name);
  return symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** The declaration of its module that this is, or is a part of; none for types and for what packages declare. */
function enclosing(declaration: ts.Node): ts.Node | undefined {
  const file = declaration.getSourceFile();
  if (file.isDeclarationFile || file.fileName.includes('/node_modules/')) return undefined;
  let variable: ts.Node | undefined;
  let node = declaration;
  for (; node.parent && !ts.isSourceFile(node.parent); node = node.parent) {
    if (ts.isVariableDeclaration(node)) variable = node;
  }
  if (ts.isVariableStatement(node)) return variable;
  return ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) || ts.isEnumDeclaration(node) ? node : undefined;
}

/** The text of a declaration without one of its properties, and without the comma after that. */
function textWithout(property: ts.Node, declaration: ts.Node): string {
  const [text, offset] = [declaration.getText(), declaration.getStart()];
  return text.slice(0, property.getFullStart() - offset) + text.slice(property.end - offset).replace(/^\s*,/, '');
}

/** As the language has them once types are gone: however it is formatted, whichever quotes are used. */
function tokensOf(source: string): string[] {
  const { outputText } = ts.transpileModule(source, { compilerOptions: PLAIN });
  const file = ts.createSourceFile('declaration.js', outputText, ts.ScriptTarget.ESNext);
  const tokens: string[] = [];
  const visit = (node: ts.Node): void => {
    const children = node.getChildren(file);
    const isList = node.kind === ts.SyntaxKind.SyntaxList;
    const trailing = isList && children.at(-1)?.kind === ts.SyntaxKind.CommaToken;
    for (const child of trailing ? children.slice(0, -1) : children) visit(child);
    if (children.length === 0 && !isList && !EXPORTS.has(node.kind)) tokens.push(tokenOf(node, file));
  };
  if (file.statements[0]) visit(file.statements[0]);
  return tokens;
}

const PLAIN: ts.CompilerOptions = {
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  moduleDetection: ts.ModuleDetectionKind.Force,
  removeComments: true,
};

/** Whether a thing is exported says who may use it, not what it is. */
const EXPORTS = new Set([ts.SyntaxKind.ExportKeyword, ts.SyntaxKind.DefaultKeyword]);

const tokenOf = (node: ts.Node, file: ts.SourceFile): string =>
  ts.isStringLiteral(node) ? JSON.stringify(node.text) : node.getText(file);

import { globSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import type { Locked } from './lock';
import { sourceDigest } from './source-digest';

interface Definition {
  readonly version: number;
  /** SHA-256, hex; see `sourceDigest`. */
  readonly digest: string;
}

/** The files that declare read models. */
export const projectionFiles = (root: string): string[] =>
  globSync('projections/*/*/projection.ts', { cwd: root }).map((file) => path.join(root, file));

/** The files and all that they import, as the compiler reads them. */
export function programOf(root: string, files: readonly string[]): ts.Program {
  const { config } = ts.readConfigFile(path.join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [], include: [] }, ts.sys, root);
  return ts.createProgram(files, { ...options, types: [], noEmit: true });
}

/** What the source says in each `projections/<context>/<read-model>/projection.ts`. Throws when it cannot be read. */
export function readDefinitions(root: string, program: ts.Program): Locked<Definition> {
  const found = projectionFiles(root).flatMap((file) => definitionsIn(file, program));
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function definitionsIn(file: string, program: ts.Program): [name: string, Definition][] {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  const exported = module ? checker.getExportsOfModule(module) : [];
  const definitions = exported.flatMap(({ valueDeclaration: declaration }): [string, Definition][] => {
    const facts = declaration && ts.isVariableDeclaration(declaration) && factsOf(declaration);
    if (!facts) return [];
    const { name, version, ignored } = facts;
    return [[name, { version, digest: sourceDigest(declaration, checker, ignored) }]];
  });
  if (definitions.length === 0) throw new Error(`${file} exports no projection with a literal name and version`);
  return definitions;
}

interface Facts {
  readonly name: string;
  readonly version: number;
  readonly ignored: ts.ObjectLiteralElementLike | undefined;
}

/** Of `defineProjection<…>()({ name: 'bookings', version: 1, … })`. */
function factsOf({ initializer }: ts.VariableDeclaration): Facts | undefined {
  const definition = initializer && ts.isCallExpression(initializer) && initializer.arguments[0];
  if (!definition || !ts.isObjectLiteralExpression(definition)) return undefined;
  const propertyOf = (wanted: string) => definition.properties.find((one) => one.name?.getText() === wanted);
  const [name, version] = ['name', 'version'].map((wanted) => {
    const property = propertyOf(wanted);
    return property && ts.isPropertyAssignment(property) ? property.initializer : undefined;
  });
  if (!name || !version || !ts.isStringLiteral(name) || !ts.isNumericLiteral(version)) return undefined;
  return { name: name.text, version: Number(version.text), ignored: propertyOf('ignored') };
}

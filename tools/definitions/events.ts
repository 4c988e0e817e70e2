import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { EventCatalog, EventDefinition } from '@yoyaku/kernel';
import ts from 'typescript';
import type { Locked } from './lock';

/**
 * Of each event type in the catalogs: the version that is written today, and what is written: which fields of which
 * types, and which of them are personal. Throws for a type of which no `Message<'Type', Data>` tells the data.
 */
export function readEvents(root: string, program: ts.Program, catalogs: readonly EventCatalog[]): Locked<EventShape> {
  const events = new Map(catalogs.flatMap((catalog) => Object.entries(catalog)));
  const shapes = new Map(eventFiles(root).flatMap((file) => shapesIn(file, program)));
  const locked = [...events].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    locked.map(([type, { version, pii }]) => {
      const shape = shapes.get(type);
      if (shape === undefined) throw new Error(`No file of a context says what ${type} holds: Message<'${type}', …>`);
      return [type, { version, shape, ...(pii && { pii }) }];
    }),
  );
}

interface EventShape {
  readonly version: number;
  /** The type of the data, as TypeScript writes it. */
  readonly shape: string;
  readonly pii?: EventDefinition['pii'];
}

/** Past versions of events that could not be read any more, a line each. */
export function missingUpcasts(catalogs: readonly EventCatalog[]): string[] {
  const events = catalogs.flatMap((catalog): [string, EventDefinition][] => Object.entries(catalog));
  return events.flatMap(([type, { version, upcasts }]) =>
    Array.from({ length: version - 1 }, (_, i) => i + 1)
      .filter((past) => !upcasts?.[past])
      .map((past) => `${type} lacks the upcast from version ${past}`),
  );
}

/** The files that declare events, beside commands. */
export const eventFiles = (root: string): string[] =>
  globSync('libs/*/src/**/*.ts', { cwd: root })
    .map((file) => path.join(root, file))
    .filter((file) => !file.endsWith('.spec.ts') && readFileSync(file, 'utf8').includes('Message<'));

/** Of each `Message<'Type', Data>` in a file, the type and its data. */
function shapesIn(file: string, program: ts.Program): [type: string, shape: string][] {
  const checker = program.getTypeChecker();
  const shapes: [string, string][] = [];
  const visit = (node: ts.Node): void => {
    ts.forEachChild(node, visit);
    if (!ts.isTypeReferenceNode(node) || node.typeName.getText() !== 'Message') return;
    const [type, data] = (node.typeArguments ?? []).map((argument) => checker.getTypeFromTypeNode(argument));
    if (type?.isStringLiteral() && data) shapes.push([type.value, shapeOf(data, checker)]);
  };
  const source = program.getSourceFile(file);
  if (source) visit(source);
  return shapes;
}

/** A type as text, the same however it is put together from others. Names of branded texts (`Uuid`) stay names. */
function shapeOf(type: ts.Type, checker: ts.TypeChecker): string {
  const shape = (part: ts.Type) => shapeOf(part, checker);
  const isObject = ({ flags }: ts.Type) => (flags & (ts.TypeFlags.Object | ts.TypeFlags.NonPrimitive)) !== 0;
  if (type.isUnion()) return type.types.map(shape).sort().join(' | ');
  const isFields = isObject(type) || (type.isIntersection() && type.types.every(isObject));
  if (!isFields) return checker.typeToString(type);
  const parts = () => checker.getTypeArguments(type as ts.TypeReference).map(shape);
  if (checker.isArrayType(type)) return `(${parts()})[]`;
  if (checker.isTupleType(type)) return `[${parts()}]`;
  const fields = checker.getPropertiesOfType(type).map((field) => {
    const isOptional = (field.flags & ts.SymbolFlags.Optional) !== 0;
    return `${field.name}${isOptional ? '?' : ''}: ${shape(checker.getTypeOfSymbol(field))}`;
  });
  const others = checker.getIndexInfosOfType(type).map(({ keyType, type }) => `[${shape(keyType)}]: ${shape(type)}`);
  return `{ ${[...fields, ...others].sort().join('; ')} }`;
}

import type { OpenAPIObject } from '@nestjs/swagger';
import { newUuid } from '@yoyaku/kernel';
import { sourceOf } from '../../src/http/conventions';
import type { Route } from '../../src/http/conventions/access/every-route';
import { AT_THE_ROOT } from '../../src/http/routes';
import type { Belongings } from './belongings';
import { thingOf } from './expected';

type Fields = Record<string, unknown>;

interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly type?: string;
  readonly example?: unknown;
}

interface Operation {
  readonly parameters?: readonly {
    readonly in?: string;
    readonly name: string;
    readonly required?: boolean;
    readonly schema?: Schema;
  }[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: Schema; readonly example: Fields }>>;
  };
}

export interface Asked {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Fields;
}

/** What a route is asked: what its OpenAPI has as examples, about what is among those belongings. */
export function requestOf(route: Route, belongings: Belongings, document: OpenAPIObject): Asked {
  const rule = route.rule ?? 'admin';
  const source = sourceOf(rule);
  const about = source && ('kind' in source ? source.id : source);
  const thing = thingOf(rule, belongings);
  const given = (part: string): Fields => (about?.part === part ? { [about.name]: thing?.id } : {});
  const idOf = (name: string): string | undefined => belongings.things[name.replace(/Ids?$/, '')]?.id;

  const params: Fields = { entity: 'customer', role: 'concierge', ...given('params') };
  const path = route.path.replace(/:(\w+)/g, (_, name: string, offset: number) => {
    const value = params[name] ?? idOf(name) ?? idOf(kindIn(route.path.slice(0, offset), belongings));
    if (!value && source)
      throw new Error(`${route.method} ${route.path}: rights/belongings.ts has nothing for :${name}`);
    return String(value ?? newUuid());
  });
  const whole = AT_THE_ROOT.includes(route.path.slice(1)) ? '' : '/api/v1';
  const operation = operationOf(document, route.method, `${whole}${route.path}`);
  const required = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query' && parameter.required);
  const query = Object.fromEntries(required.map(({ name, schema }) => [name, idOf(name) ?? schema?.example]));
  return {
    path: `/${whole}${path}`,
    query: { ...query, ...given('query') } as Record<string, string>,
    // Where a request names nothing, an empty body is enough to see who is let in.
    body: source || route.path.includes(':') ? { ...bodyOf(operation, document, idOf), ...given('body') } : {},
  };
}

/** The kind of thing that a path is about which ends there: `/owner/services/`. */
function kindIn(path: string, { things }: Belongings): string {
  const segment = path.split('/').at(-2) as string;
  const isCalled = (kind: string) => [`${kind}s`, `${kind}es`, kind.replace(/y$/, 'ies')].includes(segment);
  return Object.keys(things).find(isCalled) ?? '';
}

function operationOf(document: OpenAPIObject, method: string, path: string): Operation {
  const item = document.paths[path.replace(/:(\w+)/g, '{$1}')] as Record<string, Operation> | undefined;
  const operation = item?.[method.toLowerCase()];
  if (!operation) throw new Error(`${method} ${path} is not in OpenAPI`);
  return operation;
}

/** The example, with every field that names a thing of a kind that there is, whether it must be given or not. */
function bodyOf(
  { requestBody }: Operation,
  document: OpenAPIObject,
  idOf: (name: string) => string | undefined,
): Fields {
  const { schema, example } = requestBody?.content['application/json'] ?? {};
  const ids = Object.entries(schema ? propertiesOf(schema, document) : {}).flatMap(([name, { type }]) => {
    const id = /Ids?$/.test(name) ? idOf(name) : undefined;
    return id ? [[name, type === 'array' ? [id] : id]] : [];
  });
  return { ...example, ...Object.fromEntries(ids) };
}

function propertiesOf(schema: Schema, document: OpenAPIObject): Readonly<Record<string, Schema>> {
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1) as string;
    return propertiesOf(document.components?.schemas?.[name] as Schema, document);
  }
  const parts = (schema.allOf ?? []).map((part) => propertiesOf(part, document));
  return Object.assign({}, ...parts, schema.properties);
}

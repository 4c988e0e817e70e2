import type { OpenAPIObject } from '@nestjs/swagger';

type Schema = Readonly<Record<string, unknown>>;

const UUID = '0197e2f4-8a35-7cc0-a2d5-3f0e5f9a6b11';

/** Bodies of which not every field goes with every other. */
const OWN: Readonly<Record<string, object>> = {
  BookBody: { businessId: UUID, serviceId: UUID, start: '2027-04-01T09:00:00Z' },
  FeeBody: { percent: 50 },
  FeeView: { percent: 50 },
};

const BY_FORMAT: Readonly<Record<string, string>> = {
  uuid: UUID,
  'date-time': '2027-04-01T09:00:00Z',
  date: '2027-04-01',
  email: 'hanako@example.com',
  uri: 'https://example.com/',
};

/**
 * A value that a schema lets pass: of each field the example or default that it was declared with, and otherwise what its
 * type asks for. Of a request what must be given, or everything where nothing must; of an answer everything.
 */
function exampleOf(schema: Schema, document: OpenAPIObject, isRequest: boolean): unknown {
  const exampleFor = (child: unknown): unknown => exampleOf(child as Schema, document, isRequest);
  if (typeof schema.$ref === 'string') {
    const name = schema.$ref.split('/').at(-1) as string;
    return OWN[name] ?? exampleFor(document.components?.schemas?.[name]);
  }
  const given = schema.example ?? schema.default ?? (schema.enum as unknown[] | undefined)?.[0];
  if (given !== undefined) return given;
  const [all, any] = [schema.allOf ?? [], schema.anyOf ?? schema.oneOf] as [unknown[], unknown[] | undefined];
  if (any) return exampleFor(any[0]);
  const parts = all.map(exampleFor);
  if (parts.length > 0 && !schema.properties) return parts.length === 1 ? parts[0] : Object.assign({}, ...parts);
  const type = [schema.type].flat()[0];
  if (schema.properties || type === 'object') {
    const properties = Object.entries((schema.properties ?? {}) as Record<string, unknown>);
    const required = (schema.required ?? []) as readonly string[];
    const isWanted = ([name]: readonly [string, unknown]) =>
      !isRequest || required.length === 0 || required.includes(name);
    const own = properties.filter(isWanted).map(([name, child]) => [name, exampleFor(child)]);
    return Object.assign({}, ...parts, Object.fromEntries(own));
  }
  if (type === 'array') return schema.maxItems === 0 ? [] : [exampleFor(schema.items)];
  if (type === 'integer' || type === 'number') return schema.minimum ?? 1;
  if (type === 'boolean') return true;
  if (type === 'null') return null;
  return BY_FORMAT[String(schema.format)] ?? 'text'.padEnd(Number(schema.minLength ?? 0), '.');
}

type Content = Record<string, { schema?: unknown; example?: unknown }>;

/** Gives each of the bodies an example. */
export function addExamples(content: Content, document: OpenAPIObject, isRequest: boolean): void {
  for (const [type, media] of Object.entries(content)) {
    if (media.schema && /[/+]json$/.test(type))
      media.example ??= exampleOf(media.schema as Schema, document, isRequest);
  }
}

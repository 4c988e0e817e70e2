import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Held } from '@yoyaku/testing';
import type { ErrorObject, ValidateFunction } from 'ajv';
import Ajv from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { openApiOf } from '../src/docs/openapi';

type Json = Readonly<Record<string, unknown>>;

interface Asked {
  /** A JSON body, as it was sent. */
  readonly payload: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Read models that were read meanwhile. */
  readonly reads: ReadonlySet<string>;
}

interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly body: unknown;
}

/** What may be answered with a status: of which types, each with its schema; or where that is said. */
interface Declared {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, object>>;
  readonly headers?: Readonly<Record<string, { readonly $ref: string }>>;
}

interface Components {
  readonly headers: Readonly<Record<string, { readonly required?: boolean }>>;
  readonly responses: Readonly<Record<string, Declared>>;
}

interface Operation {
  /** Read models that the query waits for. */
  readonly 'x-reads'?: readonly string[];
  /** What it can expand, and the read model that it then waits for too. */
  readonly 'x-expands'?: Readonly<Record<string, string>>;
  readonly requestBody?: { readonly required?: boolean };
  readonly responses: Readonly<Record<string, Declared>>;
}

interface Schema {
  readonly properties?: Json;
  readonly required?: readonly string[];
}

interface OptionalMembers {
  readonly schema: string;
  readonly members: readonly string[];
}

interface Counts {
  answers: number;
  bodies: number;
  optional: Record<string, { present: number; absent: number }>;
}

const DOCUMENT = 'openapi.json';

/** A keyword of our own in schemas. */
const OPTIONAL = 'x-optional';

/** Those that only some answers have. */
const HEADERS = ['etag', 'x-event-position', 'location', 'retry-after'];

/**
 * The api's own OpenAPI document, held against what it really answers: the status, the type and every member of the
 * body must be declared. What no route takes is not in it, and is not looked at.
 */
export class Contract {
  private static known: Contract | undefined;
  private readonly ajv = addFormats(new Ajv({ strict: false, allErrors: true, logger: false }));
  private readonly validators = new Map<string, ValidateFunction>();
  /** References to the headers that an answer must have where they are declared. */
  private readonly required: ReadonlySet<string>;
  private readonly responses: Components['responses'];
  private readonly routes: readonly { readonly pattern: RegExp; readonly path: string; readonly item: Json }[];

  private constructor(document: Json) {
    this.ajv.addKeyword({
      keyword: OPTIONAL,
      type: 'object',
      validate: ({ schema, members }: OptionalMembers, value: object) => {
        for (const member of members) this.countMember(`${schema}.${member}`, member in value);
        return true;
      },
    });
    this.ajv.addSchema(closed(withOptional(document)), DOCUMENT);
    const { headers, responses } = document.components as Components;
    this.responses = responses;
    const required = Object.keys(headers).filter((name) => headers[name]?.required);
    this.required = new Set(required.map((name) => `#/components/headers/${name}`));
    // Where two paths match, the one with more fixed parts is meant: `{` sorts after every letter.
    this.routes = Object.keys(document.paths as Json)
      .sort()
      .map((path) => ({
        path,
        item: (document.paths as Json)[path] as Json,
        pattern: new RegExp(`^${RegExp.escape(path).replace(/\\\{\w+\\\}/g, '[^/]+')}$`),
      }));
  }

  /** All processes of one build have the same. */
  static of(app: NestFastifyApplication): Contract {
    Contract.known ??= new Contract(JSON.parse(JSON.stringify(openApiOf(app))));
    return Contract.known;
  }

  /** How many of each were held against the document, since they were last taken. */
  private counts: Counts = { answers: 0, bodies: 0, optional: {} };

  takeCounts(): Held {
    const taken = this.counts;
    this.counts = { answers: 0, bodies: 0, optional: {} };
    return taken;
  }

  /** By the path of a query, the read models that it has read so far. */
  private readonly read = new Map<string, Set<string>>();

  private countMember(name: string, isThere: boolean): void {
    this.counts.optional[name] ??= { present: 0, absent: 0 };
    this.counts.optional[name][isThere ? 'present' : 'absent'] += 1;
  }

  /**
   * Throws when the document does not say that this may be answered, that what was carried out may be asked for, or that
   * a query waits for what it reads.
   */
  check(method: string, url: string, asked: Asked, reply: Answered): void {
    const path = url.split('?', 1)[0] as string;
    const route = this.routes.find(({ pattern }) => pattern.test(path));
    const operation = route?.item[method.toLowerCase()] as Operation | undefined;
    if (!route || !operation) return;
    const place = ['paths', route.path, method.toLowerCase()];
    const answer = [...place, 'responses', String(reply.status)];
    const fault = this.faultOf(reply, ...this.resolved(operation.responses[reply.status], answer));
    this.counts.answers += 1;
    if (fault) {
      const what = `${method} ${route.path} → ${reply.status} ${fault}`;
      throw new Error(`Not in OpenAPI: ${what}\n${reply.text.slice(0, 1000)}`);
    }
    const wrong = reply.status < 300 ? this.bodyFaultOf(asked, operation, place) : undefined;
    if (wrong) throw new Error(`Not in OpenAPI: ${method} ${route.path} takes a body that ${wrong}\n${asked.payload}`);
    this.checkReads(method, route.path, asked, operation);
  }

  /** Of the queries, each with the read models that it waits for and that it has not read so far. */
  waitsInVain(): string[] {
    return this.routes.flatMap(({ path, item }) => {
      const { 'x-reads': declared = [] } = (item.get ?? {}) as Partial<Operation>;
      return declared.filter((name) => !this.read.get(path)?.has(name)).map((name) => `GET ${path} waits for ${name}`);
    });
  }

  private checkReads(method: string, path: string, { reads }: Asked, operation: Operation): void {
    if (method !== 'GET') return;
    const { 'x-reads': declared = [], 'x-expands': expands = {} } = operation;
    const unwaited = [...reads].filter((name) => ![...declared, ...Object.values(expands)].includes(name));
    if (unwaited.length > 0) throw new Error(`GET ${path} reads ${unwaited}, which is not among its \`reads\``);
    const known = this.read.get(path) ?? new Set();
    for (const name of reads) known.add(name);
    this.read.set(path, known);
  }

  /** A body is what a client could have known that it may be. */
  private bodyFaultOf({ payload, headers }: Asked, { requestBody }: Operation, place: readonly string[]) {
    if (!payload || !requestBody) return undefined;
    this.counts.bodies += 1;
    const sent: unknown = JSON.parse(payload);
    if (sent === null && !requestBody.required) return undefined;
    const validate = this.validatorAt([...place, 'requestBody', 'content', 'application/json', 'schema']);
    const businessId = headers['x-business-id'];
    if (validate(sent) || (businessId && validate({ businessId, ...(sent as object) }))) return undefined;
    return faultsIn(validate);
  }

  /** What is declared, and where in the document. */
  private resolved(
    response: Declared | undefined,
    place: readonly string[],
  ): [Declared | undefined, readonly string[]] {
    const [, name] = response?.$ref?.split('#/components/responses/') ?? [];
    return name ? [this.responses[name], ['components', 'responses', name]] : [response, place];
  }

  private faultOf(reply: Answered, response: Declared | undefined, place: readonly string[]): string | undefined {
    if (!response) return 'at all';
    const unlike = this.headerFaultOf(reply, response);
    if (unlike) return unlike;
    const [type = ''] = (reply.headers['content-type'] ?? '').split(';', 1);
    const types = Object.keys(response.content ?? {});
    if (types.length === 0) return reply.text === '' ? undefined : 'with a body';
    if (!types.includes(type)) return `as ${type || 'nothing'}, but ${types}`;
    if (reply.body === undefined) return undefined;
    const validate = this.validatorAt([...place, 'content', type, 'schema']);
    return validate(reply.body) ? undefined : faultsIn(validate);
  }

  /** A header of ours comes only where it is declared, and always where it is required. */
  private headerFaultOf({ headers }: Answered, { headers: declared = {} }: Declared): string | undefined {
    const names = new Map(Object.entries(declared).map(([name, { $ref }]) => [name.toLowerCase(), $ref]));
    const more = HEADERS.filter((name) => name in headers && !names.has(name));
    const missing = [...names].filter(([name, $ref]) => !(name in headers) && this.required.has($ref));
    if (more.length > 0) return `with ${more}`;
    return missing.length > 0 ? `without ${missing.map(([name]) => name)}` : undefined;
  }

  private validatorAt(place: readonly string[]): ValidateFunction {
    const pointer = `#/${place.map(escaped).join('/')}`;
    const validate = this.validators.get(pointer) ?? this.ajv.compile({ $ref: `${DOCUMENT}${pointer}` });
    this.validators.set(pointer, validate);
    return validate;
  }
}

const escaped = (part: unknown): string => encodeURIComponent(String(part).replaceAll('~', '~0').replaceAll('/', '~1'));

const faultsIn = ({ errors }: ValidateFunction): string => (errors ?? []).slice(0, 5).map(said).join('; ');

const said = ({ instancePath, message, params }: ErrorObject): string =>
  `${instancePath || 'body'} ${message} ${JSON.stringify(params)}`;

/** The same document, but that the schema of what is answered names its optional members, so that they are counted. */
function withOptional(document: Json): Json {
  const { schemas, ...components } = document.components as { schemas: Readonly<Record<string, Schema>> };
  const named = Object.entries(schemas).map(([name, schema]) => {
    const members = Object.keys(schema.properties ?? {}).filter((member) => !schema.required?.includes(member));
    return [name, name.endsWith('Body') ? schema : { ...schema, [OPTIONAL]: { schema: name, members } }];
  });
  return { ...document, components: { ...components, schemas: Object.fromEntries(named) } };
}

/** The same document, but that no object has members that its schema does not name. */
function closed<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(closed) as T;
  const copy = Object.fromEntries(Object.entries(value).map(([name, child]) => [name, closed(child)]));
  const isOpen = !('properties' in value) || 'additionalProperties' in value || typeof value.properties !== 'object';
  return (isOpen ? copy : { ...copy, unevaluatedProperties: false }) as T;
}

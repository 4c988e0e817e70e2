import { STATUS_CODES } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, getSchemaPath, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { REFUSES } from '../http/conventions';
import { ProblemView } from '../http/conventions/problems/problem.view';
import { Check } from '../http/operations/checks';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Parameter = Extract<NonNullable<Operation['parameters']>[number], { in: string }>;

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

const DESCRIPTION = `Commands append events and answer with the resource as it then is, its \`ETag\` and the
\`X-Event-Position\` of what was appended. Queries read projections of those events; send the position as
\`X-Min-Position\` to be sure to see them. Errors are \`application/problem+json\` with a stable \`code\`.`;

const HEADERS = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description: 'A repeat with the same key and body gets the first answer; kept for 24 hours',
    schema: { type: 'string', maxLength: 255 },
  },
  IfMatch: {
    name: 'If-Match',
    in: 'header',
    description: 'The `ETag` that the resource must have; 412 otherwise',
    schema: { type: 'string', example: '"3"' },
  },
  MinPosition: {
    name: 'X-Min-Position',
    in: 'header',
    description: 'Wait until the read model has reached this `X-Event-Position`',
    schema: { type: 'string', pattern: '^\\d{1,19}$' },
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    description: 'The `ETag` of the answer that one has; 304 where it is still the same',
    schema: { type: 'string', example: 'W/"3q2-7w"' },
  },
  Prefer: {
    name: 'Prefer',
    in: 'header',
    description: '`wait=N`: how many seconds to wait for `X-Min-Position`; 2 when absent, 10 at most',
    schema: { type: 'string', example: 'wait=5' },
  },
} as const satisfies Record<string, Parameter>;

/** OpenAPI 3.1 of all routes, with what the conventions add to each: headers, and the problems it may answer with. */
export function openApiOf(app: NestFastifyApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Yoyaku')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/', 'Where this document comes from')
    .addBearerAuth()
    .build();
  const document = SwaggerModule.createDocument(app, config, { extraModels: [Check, ProblemView] });
  document.components = { ...document.components, parameters: HEADERS };
  for (const item of Object.values(document.paths)) {
    for (const method of METHODS) if (item[method]) addConventions(item[method], method, document);
  }
  return document;
}

/** At `/docs` for people and `/docs/openapi.json` for programs. */
export function serveDocs(app: NestFastifyApplication): void {
  SwaggerModule.setup('docs', app, () => openApiOf(app), {
    jsonDocumentUrl: 'docs/openapi.json',
    raw: ['json'],
    customSiteTitle: 'Yoyaku',
  });
}

function addConventions(operation: Operation, method: (typeof METHODS)[number], document: OpenAPIObject): void {
  const extensions: { [extension: `x-${string}`]: unknown } = { ...operation };
  const isCommand = method !== 'get';
  const access = String(extensions['x-access']);
  if (access === 'public') operation.security = [];
  if (operation.requestBody) makeOptionalIfEmptyWillDo(operation.requestBody, document);
  const headers = [
    ...(isCommand && !extensions['x-no-idempotency'] ? (['IdempotencyKey', 'IfMatch'] as const) : []),
    ...(extensions['x-cached'] ? (['IfNoneMatch'] as const) : []),
    ...(extensions['x-reads'] ? (['MinPosition', 'Prefer'] as const) : []),
  ].map((name) => ({ $ref: `#/components/parameters/${name}` }));
  // Nest adds a header that a handler reads for itself as well.
  const own = (operation.parameters ?? []).filter((parameter) => !('in' in parameter && parameter.in === 'header'));
  operation.parameters = [...own, ...headers];
  if (extensions['x-cached']) operation.responses[304] = { description: 'What one has is still so' };
  const refusals = (extensions[REFUSES] as number[] | undefined) ?? [];
  for (const status of [...refusals, ...problemsOf(operation, access, isCommand)]) {
    operation.responses[status] ??= problemResponse(status);
  }
  operation.responses[500] ??= DAMAGED;
}

/** A body without a field that must be given may be left out as a whole. */
function makeOptionalIfEmptyWillDo(body: NonNullable<Operation['requestBody']>, { components }: OpenAPIObject): void {
  if ('$ref' in body) return;
  const { schema } = body.content['application/json'] ?? {};
  const given = schema && '$ref' in schema ? components?.schemas?.[schema.$ref.split('/').at(-1) as string] : schema;
  body.required = given !== undefined && 'required' in given && (given.required ?? []).length > 0;
}

function problemsOf({ parameters = [], requestBody }: Operation, access: string, isCommand: boolean): number[] {
  const takesInput = parameters.length > 0 || requestBody;
  const names = parameters.some((parameter) => 'in' in parameter && parameter.in === 'path');
  const signedIn = access !== 'public';
  const limited = access !== 'user' && signedIn;
  return [
    ...(takesInput ? [400] : []),
    ...(signedIn ? [401] : []),
    ...(limited ? [403] : []),
    ...(names || access.includes(':') ? [404] : []),
    ...(names ? [414] : []),
    ...(isCommand ? [409, 412, 413, 415, 422] : []),
    429,
    503,
  ];
}

const ofProblem = { $ref: getSchemaPath(ProblemView) };

/** The one status 500 that is foreseen. */
const DAMAGED = {
  description: 'Somebody deleted or changed what was stored of this; trying again does not help',
  content: {
    'application/problem+json': {
      schema: {
        allOf: [
          ofProblem,
          { type: 'object', additionalProperties: true, properties: { code: { enum: ['history.damaged'] } } },
        ],
      },
    },
  },
};

const problemResponse = (status: number) => ({
  description: STATUS_CODES[status] as string,
  content: { 'application/problem+json': { schema: ofProblem } },
});

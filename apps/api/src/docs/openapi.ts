import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { APPENDS_NOTHING, REFUSES } from '../http/conventions';
import { statusOf } from '../http/conventions/problem-codes';
import { ProblemView } from '../http/conventions/problems/problem.view';
import { Check } from '../http/operations/checks';
import { addExamples } from './examples';
import { REQUEST_HEADERS, RESPONSE_HEADERS, responseHeaders } from './headers';
import { PROBLEMS, problemOf } from './problems';
import { TAGS } from './tags';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

const DESCRIPTION = `Commands append events and answer with the resource as it then is, its \`ETag\` and the
\`X-Event-Position\` of what was appended. Queries read projections of those events; send the position as
\`X-Min-Position\` to be sure to see them. Errors are \`application/problem+json\` with a stable \`code\`.`;

/** OpenAPI 3.1 of all routes, with what the conventions add to each: headers, and the problems it may answer with. */
export function openApiOf(app: NestFastifyApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Yoyaku')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/', 'Where this document comes from')
    .addBearerAuth({
      type: 'http',
      scheme: 'bearer',
      description: 'An access token of a person, or an API key of a machine (`yk_…`)',
    });
  for (const [name, description] of Object.entries(TAGS)) config.addTag(name, description);
  const document = SwaggerModule.createDocument(app, config.build(), {
    extraModels: [Check, ProblemView],
    operationIdFactory: (_controller, method) => operationIdOf(method),
  });
  document.components = {
    ...document.components,
    parameters: REQUEST_HEADERS,
    headers: RESPONSE_HEADERS,
    responses: PROBLEMS,
  };
  for (const item of Object.values(document.paths)) {
    for (const method of METHODS) if (item[method]) addConventions(item[method], method, document);
  }
  return document;
}

const OLDER_NAME = 'ByOlderName';

/**
 * An operation is called like the method that handles it. Nest numbers the paths of a method that has several: those after
 * the first are older names of the route, on their way out.
 */
function operationIdOf(method: string): string {
  const [, name, path = '0'] = /^(\w+)(?:\[(\d+)\])?$/.exec(method) as unknown as [string, string, string?];
  return path === '0' ? name : `${name}${OLDER_NAME}`;
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
  const appends = isCommand && !extensions[APPENDS_NOTHING];
  const access = String(extensions['x-access']);
  if (access === 'public') operation.security = [];
  if (operation.operationId?.endsWith(OLDER_NAME)) operation.deprecated = true;
  if (operation.requestBody) makeOptionalIfEmptyWillDo(operation.requestBody, document);
  const headers = [
    ...(isCommand && !extensions['x-no-idempotency'] ? (['IdempotencyKey'] as const) : []),
    ...(appends ? (['IfMatch'] as const) : []),
    ...(extensions['x-cached'] ? (['IfNoneMatch'] as const) : []),
    ...(extensions['x-reads'] ? (['MinPosition', 'Prefer'] as const) : []),
    ...(extensions['x-ticket'] ? (['LastEventId'] as const) : []),
    ...(takesBusinessId(operation, document) ? (['BusinessId'] as const) : []),
  ].map((name) => ({ $ref: `#/components/parameters/${name}` }));
  // Nest adds a header that a handler reads for itself as well.
  const own = (operation.parameters ?? []).filter((parameter) => !('in' in parameter && parameter.in === 'header'));
  operation.parameters = [...own, ...headers];
  if (extensions['x-cached']) operation.responses[304] = { description: 'What one has is still so' };
  const refusals = (extensions[REFUSES] as readonly string[] | undefined) ?? [];
  for (const [status, response] of Object.entries(operation.responses)) {
    if (!response || '$ref' in response) continue;
    response.headers = responseHeaders(Number(status), appends);
    if (response.content) addExamples(response.content, document, false);
  }
  if (operation.requestBody && 'content' in operation.requestBody) {
    addExamples(operation.requestBody.content, document, true);
  }
  for (const status of [...refusals.map(statusOf), ...problemsOf(operation, { access, isCommand, appends }), 500]) {
    operation.responses[status] ??= problemOf(status, refusals);
  }
}

const takesBusinessId = ({ parameters = [], requestBody }: Operation, document: OpenAPIObject): boolean =>
  parameters.some((parameter) => 'name' in parameter && parameter.name === 'businessId' && parameter.in === 'query') ||
  'businessId' in (schemaOf(requestBody, document)?.properties ?? {});

function schemaOf(body: Operation['requestBody'], { components }: OpenAPIObject) {
  if (!body || '$ref' in body) return undefined;
  const { schema } = body.content['application/json'] ?? {};
  const found = schema && '$ref' in schema ? components?.schemas?.[schema.$ref.split('/').at(-1) as string] : schema;
  return found && !('$ref' in found) ? found : undefined;
}

/** A body without a field that must be given may be left out as a whole. */
function makeOptionalIfEmptyWillDo(body: NonNullable<Operation['requestBody']>, document: OpenAPIObject): void {
  if (!('$ref' in body)) body.required = (schemaOf(body, document)?.required ?? []).length > 0;
}

function problemsOf(
  { parameters = [], requestBody }: Operation,
  { access, isCommand, appends }: { access: string; isCommand: boolean; appends: boolean },
): number[] {
  const takesInput = parameters.length > 0 || requestBody;
  const names = parameters.some((parameter) => 'in' in parameter && parameter.in === 'path');
  const signedIn = access !== 'public';
  return [
    ...(takesInput ? [400] : []),
    ...(signedIn ? [401] : []),
    ...(signedIn ? [403] : []),
    ...(names || access.includes(':') ? [404] : []),
    ...(names ? [414] : []),
    ...(isCommand ? [409, 413, 415, 422] : []),
    ...(appends ? [412] : []),
    429,
    503,
  ];
}

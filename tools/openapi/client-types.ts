import type { OpenAPIObject } from '@nestjs/swagger';
import openapiTypes, { astToString, COMMENT_HEADER } from 'openapi-typescript';
import ts from 'typescript';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

const PROBLEM = { $ref: '#/components/responses/Problem' };

/**
 * The types of `libs/client`: what is asked, and what is answered when all went well. Every problem is one type, whose codes
 * OpenAPI tells of each operation. In the order of the alphabet and with few lines, so that a new route is a small diff.
 */
export async function clientTypesOf(document: OpenAPIObject): Promise<string> {
  // A field with a default may be left out.
  const types = await openapiTypes(JSON.stringify(reduced(document)), { alphabetize: true, defaultNonNullable: false });
  const { transformed } = ts.transform(types, [compact]);
  return COMMENT_HEADER + astToString(transformed);
}

/** Without headers of answers, examples, and what differs from problem to problem. */
function reduced({ paths, components, ...document }: OpenAPIObject): OpenAPIObject {
  const items = Object.entries(paths).map(([path, item]) => [
    path,
    Object.fromEntries(Object.entries(item).map(([method, operation]) => [method, reducedOperation(operation)])),
  ]);
  const parameters = Object.entries(components?.parameters ?? {}).map(([name, one]) => [
    name,
    { ...one, description: undefined },
  ]);
  const schema = { $ref: '#/components/schemas/ProblemView' };
  const problem = { description: 'Any problem', content: { 'application/problem+json': { schema } } };
  const whole = {
    ...document,
    paths: Object.fromEntries(items),
    components: {
      schemas: components?.schemas,
      parameters: Object.fromEntries(parameters),
      responses: { Problem: problem },
    },
  };
  return JSON.parse(JSON.stringify(whole, (_, value) => (value?.schema ? { ...value, example: undefined } : value)));
}

function reducedOperation({ responses, ...operation }: Operation): object {
  const successes = Object.entries(responses).filter(([status]) => status < '300');
  const kept = successes.map(([status, response]) => [status, { ...response, headers: undefined }]);
  return { ...operation, responses: { ...Object.fromEntries(kept), default: PROBLEM } };
}

/** Leaves out members that say nothing, and writes on one line what an operation takes or answers, unless it has comments. */
const compact: ts.TransformerFactory<ts.Node> = (context) => (root) => {
  if (!ts.isInterfaceDeclaration(root) || root.name.text === 'components') return root;
  const visit = (node: ts.Node): ts.Node | undefined => {
    if (ts.isPropertySignature(node) && saysNothing(node)) return undefined;
    const visited = ts.visitEachChild(node, visit, context);
    const isWithin = ts.isTypeLiteralNode(visited) && !root.members.some((member) => wholeOf(member) === node);
    return isWithin && !hasComment(visited) ? ts.setEmitFlags(visited, ts.EmitFlags.SingleLine) : visited;
  };
  return ts.visitEachChild(root, visit, context);
};

/** The operation, or the path, that a member of the whole stands for. */
const wholeOf = (member: ts.TypeElement) => (ts.isPropertySignature(member) ? member.type : undefined);

/** That something is never there, but for what is answered; that an answer may have headers, or a path parameters. */
function saysNothing({ name, type }: ts.PropertySignature): boolean {
  if (type?.kind === ts.SyntaxKind.NeverKeyword) return !isCalled(name, 'content');
  if (!type || !ts.isTypeLiteralNode(type)) return false;
  const isNothing = (member: ts.TypeElement) =>
    ts.isPropertySignature(member) ? saysNothing(member) : ts.isIndexSignatureDeclaration(member);
  return isCalled(name, 'headers', 'parameters') && type.members.every(isNothing);
}

const isCalled = (name: ts.PropertyName, ...names: string[]): boolean =>
  ts.isIdentifier(name) && names.includes(name.text);

const hasComment = (node: ts.Node): boolean =>
  ts.getSyntheticLeadingComments(node) !== undefined || ts.forEachChild(node, hasComment) === true;

import type { OpenAPIObject } from '@nestjs/swagger';
import { clientTypesOf } from './client-types';

const json = (name: string) => ({
  content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } },
});
const text = { type: 'string' } as const;
const object = (properties: object) => ({ type: 'object', properties, required: Object.keys(properties) });

const document = {
  openapi: '3.1.0',
  info: { title: 'Shop', version: '1' },
  paths: {
    '/sales/{id}': {
      post: {
        operationId: 'changeSale',
        summary: 'Change a sale',
        parameters: [
          { name: 'id', in: 'path', required: true, schema: text },
          { $ref: '#/components/parameters/Key' },
          { name: 'note', in: 'query', schema: text, description: 'Why' },
        ],
        requestBody: { required: true, ...json('Sale') },
        responses: {
          200: { description: '', headers: { ETag: { schema: text } }, ...json('Sale') },
          204: { description: '' },
          404: { description: 'Not Found', ...json('ProblemView') },
          409: { description: 'Conflict', ...json('ProblemView') },
        },
      },
      delete: { operationId: 'dropSale', responses: { 204: { description: '' } } },
    },
  },
  components: {
    schemas: { Sale: object({ name: text }), ProblemView: object({ code: text }) },
    parameters: { Key: { name: 'Key', in: 'header', schema: text, description: 'Makes a repeat safe' } },
  },
} as unknown as OpenAPIObject;

it('says on a few lines what an operation takes and answers, and that every problem is of one type', async () => {
  const types = await clientTypesOf(document);
  const [, paths] = /export interface paths (\{.*?\n\})/s.exec(types) ?? [];
  expect(paths).toBe(`{
    "/sales/{id}": {
        /** Change a sale */
        post: operations["changeSale"];
        delete: operations["dropSale"];
    };
}`);
  const [, operations] = /export interface operations (\{.*?\n\})/s.exec(types) ?? [];
  expect(operations).toBe(`{
    changeSale: {
        parameters: {
            query?: {
                /** @description Why */
                note?: string;
            };
            header?: { Key?: components["parameters"]["Key"]; };
            path: { id: string; };
        };
        requestBody: { content: { "application/json": components["schemas"]["Sale"]; }; };
        responses: { 200: { content: { "application/json": components["schemas"]["Sale"]; }; }; 204: { content?: never; }; default: components["responses"]["Problem"]; };
    };
    dropSale: {
        responses: { 204: { content?: never; }; default: components["responses"]["Problem"]; };
    };
}`);
});

import type { paths } from './openapi';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** A path with anything in the places of its parameters. */
type Filled<Path extends string> = Path extends `${infer Head}{${string}}${infer Tail}`
  ? `${Head}${string}${Filled<Tail>}`
  : Path;

type JsonOf<RequestBody> =
  NonNullable<RequestBody> extends { content: { 'application/json': infer Body } } ? Body : undefined;

/** A body that may be left out as a whole is optional. */
type BodyOf<Operation> = Operation extends { requestBody: infer Given }
  ? { readonly body: JsonOf<Given> }
  : Operation extends { requestBody?: infer Given }
    ? { readonly body?: JsonOf<Given> }
    : { readonly body?: undefined };

type RequestOf<Path extends string, Operations> = {
  [M in Method & keyof Operations]: Operations[M] extends object
    ? {
        readonly method: Uppercase<M>;
        readonly path: M extends 'get' ? Filled<Path> | `${Filled<Path>}?${string}` : Filled<Path>;
      } & BodyOf<Operations[M]>
    : never;
}[Method & keyof Operations];

/**
 * Any request that the api takes, below `/api/v1`, for what sends requests by means of its own: a method, a path with
 * ids in it, and the body of that operation.
 */
export type ApiRequest = {
  [Path in keyof paths & string]: Path extends `/api/v1${infer Rest}` ? RequestOf<Rest, paths[Path]> : never;
}[keyof paths & string];

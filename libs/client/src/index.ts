export { type ApiClient, ApiError, answered, apiClient, from, once, type Schemas, signIn } from './api-client';
export type { ApiRequest } from './api-request';

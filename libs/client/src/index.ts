export { ApiClient, ApiError, type Json } from './api-client';

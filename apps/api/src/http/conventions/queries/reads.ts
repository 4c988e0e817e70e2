import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { TenantSource } from '../access/access';

export const READS = 'yoyaku:reads';

export const ABOUT = 'yoyaku:about';

/**
 * Names the projections that a query reads, so that `X-Min-Position` waits for them before the handler runs: for what
 * one business's events lead to where the query is about one, as its rule of access, its {@link About} or its
 * `businessId` says, and for everything otherwise.
 */
export const Reads = (...projections: string[]): MethodDecorator =>
  applyDecorators(SetMetadata(READS, projections), ApiExtension('x-reads', projections)) as MethodDecorator;

/** The one business that a query is about. */
export const About = <State>(tenant: TenantSource<State>): MethodDecorator =>
  SetMetadata(ABOUT, tenant) as MethodDecorator;

import { Param, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import type { Uuid } from '@yoyaku/kernel';
import { idFrom } from './ids';

/** An id in the path. Throws 400 `request.invalid` when it is no UUID. */
export const IdParam =
  (name: string): ParameterDecorator =>
  (target, method, index) => {
    Param(name, new UuidPipe(name))(target, method, index);
    const descriptor = Object.getOwnPropertyDescriptor(target, method as string) as PropertyDescriptor;
    ApiParam({ name, schema: { type: 'string', format: 'uuid' } })(target, method as string, descriptor);
  };

class UuidPipe implements PipeTransform<string, Uuid> {
  constructor(private readonly path: string) {}

  transform(value: string): Uuid {
    return idFrom(value, this.path);
  }
}

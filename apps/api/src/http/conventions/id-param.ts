import { Param, type PipeTransform } from '@nestjs/common';
import { isUuid, type Uuid } from '@yoyaku/kernel';
import { invalid } from './problems/problem';

/** An id in the path. Throws 400 `request.invalid` when it is no UUID. */
export const IdParam = (name: string): ParameterDecorator => Param(name, new UuidPipe(name));

class UuidPipe implements PipeTransform<string, Uuid> {
  constructor(private readonly path: string) {}

  transform(value: string): Uuid {
    if (!isUuid(value)) throw invalid({ path: this.path, code: 'is_uuid' });
    return value.toLowerCase();
  }
}

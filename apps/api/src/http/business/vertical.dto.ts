import { PartialType } from '@nestjs/swagger';
import { ListQuery, Sort, Text } from '../conventions';

export class VerticalBody {
  @Text({ max: 120, example: 'Hair salons' })
  name: string;

  @Text({ optional: true, nullable: true, multiline: true, max: 2000 })
  description?: string | null;
}

export class ChangeVerticalBody extends PartialType(VerticalBody, { skipNullProperties: false }) {}

export class VerticalsQuery extends ListQuery {
  @Sort('name')
  sort?: string;
}

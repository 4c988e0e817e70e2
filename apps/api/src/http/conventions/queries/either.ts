import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, getSchemaPath } from '@nestjs/swagger';

type View = new (...args: never[]) => object;

/** For OpenAPI: 200 with one of these views, by who asks. */
export const ApiOkEither = (...views: readonly View[]): MethodDecorator =>
  applyDecorators(
    ApiExtraModels(...(views as readonly (new () => object)[])),
    ApiOkResponse({ schema: { anyOf: views.map((view) => ({ $ref: getSchemaPath(view) })) } }),
  ) as MethodDecorator;

import {
  applyDecorators,
  Delete,
  Get,
  HttpCode,
  HttpStatus,
  Patch,
  Post,
  Put,
  SetMetadata,
  type Type,
} from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiExtension,
  ApiExtraModels,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  getSchemaPath,
} from '@nestjs/swagger';
import type { RefusalCode } from '@yoyaku/composition';
import { type AccessRule, isOpen, refusalsOf, type Source } from './access/access';

export { Query as QueryString } from '@nestjs/common';

const ROUTE = 'yoyaku:route';

/** The member of an OpenAPI operation that lists the codes with which it may refuse. */
export const REFUSES = 'x-refuses';

/** The member of an OpenAPI operation that stands for {@link CommandRoute.appends} when it is false. */
export const APPENDS_NOTHING = 'x-appends-nothing';

const METHODS = { POST: Post, PUT: Put, PATCH: Patch, DELETE: Delete };

type View = Type<object>;

/** What a route declares of itself. */
interface Route {
  readonly access: AccessRule;
  /** One line for OpenAPI. */
  readonly summary: string;
  readonly description?: string;
  /** There is another route that does the same, which new clients take. */
  readonly deprecated?: true;
  /** The body of a 200; of several, the one that fits who asks. */
  readonly answers?: View | readonly View[];
  /** The body of a 201. */
  readonly creates?: View;
  /** The body of a 202, `null` for one without: the work goes on after the answer. */
  readonly starts?: View | null;
  /** Codes of its refusals beside those of its access rule and of every route. Specs fail when it gives another one. */
  readonly refuses?: readonly RefusalCode[];
}

interface CommandRoute extends Route {
  /** The answer holds tokens and is never stored: `Idempotency-Key` is ignored. */
  readonly isSecret?: boolean;
  /** False: it changes what is kept outside the event stream alone, so its answer has no revision and no position. */
  readonly appends?: false;
}

export interface QueryRoute extends Route {
  /**
   * The projections that are read: `X-Min-Position` waits for them before the handler runs. For what one business's
   * events lead to where the query is about one, as its rule of access, `about` or its `businessId` says, and for
   * everything otherwise.
   */
  readonly reads?: readonly string[];
  /** The one business that the query is about. */
  readonly about?: Source;
  /**
   * Of public queries: what nobody in particular is told may be kept by anyone for so many seconds, and is asked for
   * anew by its `ETag`. What is told to somebody signed in, or to who waits for a position, only they may keep.
   */
  readonly cachedSeconds?: number;
  /** The type of what is streamed; `answers` is then the data of each event, absent where it is no JSON. */
  readonly streams?: 'text/event-stream' | 'application/x-ndjson';
}

/** A route that changes something. It answers 204 unless it says what it answers. */
export const Command = (method: keyof typeof METHODS, path: string | string[], route: CommandRoute): MethodDecorator =>
  routeDecorator(METHODS[method](path), route);

/** A route that only reads. */
export const Query = (path: string | string[], route: QueryRoute): MethodDecorator => routeDecorator(Get(path), route);

/** What the route of that handler declares; undefined for a handler without {@link Command} and {@link Query}. */
export const routeOf = (handler: object): (CommandRoute & QueryRoute) | undefined =>
  Reflect.getMetadata(ROUTE, handler);

function routeDecorator(mapping: MethodDecorator, route: CommandRoute & QueryRoute): MethodDecorator {
  const { access, summary, description, deprecated, reads, cachedSeconds, isSecret, appends, streams } = route;
  const refusals = [...new Set([...refusalsOf(access), ...(route.refuses ?? [])])].sort();
  const extensions = {
    'x-access': accessName(access),
    [REFUSES]: refusals.length > 0 ? refusals : undefined,
    'x-reads': reads,
    'x-cached': cachedSeconds,
    'x-no-idempotency': isSecret,
    [APPENDS_NOTHING]: appends === false ? true : undefined,
  };
  return applyDecorators(
    mapping,
    SetMetadata(ROUTE, route),
    ApiOperation({ summary, description, deprecated }),
    ...Object.entries(extensions).flatMap(([name, value]) => (value === undefined ? [] : ApiExtension(name, value))),
    ...(isOpen(access) ? [] : [ApiBearerAuth()]),
    ...(streams ? [ApiProduces(streams)] : []),
    ...answerDecorators(route),
  ) as MethodDecorator;
}

/** As OpenAPI has it. */
const accessName = (access: AccessRule): string => {
  if (isOpen(access)) return 'public';
  return typeof access === 'string' || 'visible' in access ? String(access) : access.permission;
};

function answerDecorators({ answers, creates, starts, streams }: QueryRoute): MethodDecorator[] {
  if (creates) return [HttpCode(HttpStatus.CREATED), ApiCreatedResponse({ type: creates })];
  if (starts !== undefined) return [HttpCode(HttpStatus.ACCEPTED), ApiAcceptedResponse(starts ? { type: starts } : {})];
  const views = answers ? ([answers].flat() as View[]) : [];
  const schemas = views.map((view) => ({ $ref: getSchemaPath(view) }));
  const schema =
    streams && views.length === 0 ? { type: 'string' } : schemas.length === 1 ? schemas[0] : { anyOf: schemas };
  if (views.length === 0 && !streams) return [HttpCode(HttpStatus.NO_CONTENT), ApiNoContentResponse()];
  const description = streams && views.length > 0 ? 'The data of each event' : undefined;
  return [HttpCode(HttpStatus.OK), ApiExtraModels(...views), ApiOkResponse({ schema: schema as object, description })];
}

import type { Readable } from 'node:stream';
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
  ApiBearerAuth,
  ApiExtension,
  ApiExtraModels,
  ApiNoContentResponse,
  ApiOperation,
  ApiProduces,
  ApiResponse,
  getSchemaPath,
} from '@nestjs/swagger';
import type { RefusalCode } from '@yoyaku/composition';
import { type AccessRule, isOpen, ruleRefusals, type Source, sourceOf } from './access/access';
import type { Answer } from './commands/answer';

export { Query as QueryString } from '@nestjs/common';

const ROUTE = 'yoyaku:route';

/** The member of an OpenAPI operation that lists the codes with which it may refuse. */
export const REFUSES = 'x-refuses';

/** The member of an OpenAPI operation that stands for {@link CommandRoute.appends} when it is false. */
export const APPENDS_NOTHING = 'x-appends-nothing';

const METHODS = { POST: Post, PUT: Put, PATCH: Patch, DELETE: Delete };

type View = Type<object>;
type Views = View | readonly View[];

/** What a route declares of itself. `Shown` is the view or views that it answers with, `Later` that of a 202. */
interface AnyRoute<Shown extends Views, Later extends View> {
  readonly access: AccessRule;
  /** One line for OpenAPI. */
  readonly summary: string;
  readonly description?: string;
  /** There is another route that does the same, which new clients take. */
  readonly deprecated?: true;
  /** The body of a 200; of several, the one that fits who asks. */
  readonly answers?: Shown;
  /** The body of a 201. */
  readonly creates?: Shown;
  /** The body of a 202, `null` for one without: the work goes on after the answer. */
  readonly starts?: Later | null;
  /** Codes of its refusals beside those of its access rule and of every route. A spec that meets another one fails. */
  readonly refuses?: readonly RefusalCode[];
}

interface CommandRoute<Shown extends Views = Views, Later extends View = View> extends AnyRoute<Shown, Later> {
  /** The answer holds tokens and is never stored: `Idempotency-Key` is ignored. */
  readonly isSecret?: boolean;
  /**
   * The answer to what is made holds a secret, so of it nothing is stored but the id. Whoever repeats the request with its
   * key is refused with that code, which names the id.
   */
  readonly shownOnce?: RefusalCode;
  /**
   * It carries through what stands already, or protects people, so that it works for a business whose subscription has expired too. Of other
   * commands only a DELETE does, as it ends something.
   */
  readonly standing?: true;
  /** False: it changes what is kept outside the event stream alone, so its answer has no revision and no position. */
  readonly appends?: false;
}

export interface QueryRoute<Shown extends Views = Views, Later extends View = View> extends AnyRoute<Shown, Later> {
  /**
   * The projections that are read: `X-Min-Position` waits for them before the handler runs. For what one business's
   * events lead to where the query is about one, as its rule of access, `about` or its `businessId` says, and for
   * everything otherwise.
   */
  readonly reads?: readonly string[];
  /** What its `expand` may name, and the projection that is read for each. */
  readonly expands?: Readonly<Record<string, string>>;
  /** The one business that the query is about. */
  readonly about?: Source;
  /**
   * Of public queries: what nobody in particular is told may be kept by anyone for so many seconds, and is asked for
   * anew by its `ETag`. What is told to somebody signed in, or to who waits for a position, only they may keep.
   */
  readonly cachedSeconds?: number;
  /**
   * The type of what is streamed, or that the connection becomes a WebSocket; `answers` is then the data of each event,
   * absent where it is no JSON.
   */
  readonly streams?: 'text/event-stream' | 'application/x-ndjson' | 'text/calendar' | 'websocket';
  /** A one-use ticket in the query may stand for the bearer token, for clients that can send no headers. */
  readonly takesTicket?: boolean;
}

/** What a handler answers with: one of these views, or nothing where its route declares none. */
type BodyOf<Shown extends Views> = [Shown] extends [never]
  ? // biome-ignore lint/suspicious/noConfusingVoidType: a handler that answers nothing is a function without a result
    undefined | void
  : InstanceType<Shown extends readonly (infer Each extends View)[] ? Each : Shown extends View ? Shown : never>;

/** Decorates only a method that answers as the route declares; any other does not compile. */
type HandlerDecorator<Result> = <Handler extends (...args: never[]) => Result | Promise<Result>>(
  target: object,
  name: string,
  descriptor: TypedPropertyDescriptor<Handler>,
) => void;

type CommandResult<Shown extends Views, Appends> = Appends extends false
  ? BodyOf<Shown> | Answer<BodyOf<Shown>>
  : Answer<BodyOf<Shown>>;

type QueryResult<Shown extends Views, Streams> = Streams extends string
  ? Answer<Readable>
  : BodyOf<Shown> | Answer<BodyOf<Shown>>;

/**
 * A route that changes something. It answers 204 unless it says what it answers, and always with an {@link Answer}
 * where it appends: its headers tell what was appended.
 */
export const Command = <
  Shown extends Views = never,
  Later extends View = never,
  Appends extends false | undefined = undefined,
>(
  method: keyof typeof METHODS,
  path: string | string[],
  route: CommandRoute<Shown, Later> & { readonly appends?: Appends },
): HandlerDecorator<CommandResult<Shown | Later, Appends>> =>
  routeDecorator(METHODS[method](path), route, takesNew(method, route) ? [EXPIRED] : []);

/** With this a business whose subscription has expired refuses what is new. */
const EXPIRED: RefusalCode = 'business.subscription_expired';

/** Whether something new comes of the command for the business that its rule is about. */
export const takesNew = (method: string, { access, standing }: Pick<CommandRoute, 'access' | 'standing'>): boolean =>
  method !== 'DELETE' && standing !== true && sourceOf(access) !== undefined;

/** A route that only reads. */
export const Query = <
  Shown extends Views = never,
  Later extends View = never,
  Streams extends QueryRoute['streams'] = undefined,
>(
  path: string | string[],
  route: QueryRoute<Shown, Later> & { readonly streams?: Streams },
): HandlerDecorator<QueryResult<Shown | Later, Streams>> => routeDecorator(Get(path), route, []);

/** What the route of that handler declares; undefined for a handler without {@link Command} and {@link Query}. */
export const routeOf = (handler: object): (CommandRoute & QueryRoute) | undefined =>
  Reflect.getMetadata(ROUTE, handler);

function routeDecorator(
  mapping: MethodDecorator,
  route: CommandRoute & QueryRoute,
  alsoRefuses: readonly RefusalCode[],
): MethodDecorator {
  const { access, summary, description, deprecated, reads, expands, cachedSeconds, isSecret, appends, streams } = route;
  const { takesTicket } = route;
  const refusals = [...new Set([...ruleRefusals(access), ...alsoRefuses, ...(route.refuses ?? [])])].sort();
  const extensions = {
    'x-access': accessName(access),
    [REFUSES]: refusals.length > 0 ? refusals : undefined,
    'x-reads': reads,
    'x-expands': expands,
    'x-cached': cachedSeconds,
    'x-no-idempotency': isSecret,
    'x-ticket': takesTicket,
    [APPENDS_NOTHING]: appends === false ? true : undefined,
  };
  return applyDecorators(
    mapping,
    SetMetadata(ROUTE, route),
    ApiOperation({ summary, description, deprecated }),
    ...Object.entries(extensions).flatMap(([name, value]) => (value === undefined ? [] : ApiExtension(name, value))),
    ...(isOpen(access) ? [] : [ApiBearerAuth()]),
    ...(streams && streams !== 'websocket' ? [ApiProduces(streams)] : []),
    ...answerDecorators(route),
  ) as MethodDecorator;
}

/** As OpenAPI has it. */
const accessName = (access: AccessRule): string => {
  if (isOpen(access)) return 'public';
  return typeof access === 'string' || 'visible' in access ? String(access) : access.permission;
};

/** The status of an answer is the first of those that are declared; a handler with several says which it is. */
function answerDecorators({ answers, creates, starts, streams }: QueryRoute): MethodDecorator[] {
  if (streams === 'websocket') {
    const description = 'The connection becomes a WebSocket, over which events come as JSON';
    return [HttpCode(HttpStatus.OK), ApiResponse({ status: HttpStatus.SWITCHING_PROTOCOLS, description })];
  }
  const declared: readonly [HttpStatus, Views | null | undefined][] = [
    [HttpStatus.CREATED, creates],
    [HttpStatus.OK, answers ?? (streams && [])],
    [HttpStatus.ACCEPTED, starts],
  ];
  const given = declared.filter(([, views]) => views !== undefined);
  const [[first] = [HttpStatus.NO_CONTENT]] = given;
  if (given.length === 0) return [HttpCode(first), ApiNoContentResponse()];
  const responses = given.flatMap(([status, shown]) => {
    const views = [shown ?? []].flat() as View[];
    return [ApiExtraModels(...views), ApiResponse({ status, ...contentOf(views, streams) })];
  });
  return [HttpCode(first), ...responses];
}

function contentOf(views: readonly View[], streams: QueryRoute['streams']): { schema?: object; description: string } {
  const schemas = views.map((view) => ({ $ref: getSchemaPath(view) }));
  if (schemas.length === 0) return streams ? { schema: { type: 'string' }, description: '' } : { description: '' };
  return {
    schema: schemas.length === 1 ? schemas[0] : { anyOf: schemas },
    description: streams ? 'The data of each event' : '',
  };
}

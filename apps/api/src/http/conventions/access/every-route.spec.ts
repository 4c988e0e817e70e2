import { Controller, Get, Module } from '@nestjs/common';
import { DiscoveryModule, NestFactory } from '@nestjs/core';
import { locationsOf, type Scope } from '@yoyaku/access';
import type { CommandContext } from '@yoyaku/eventing';
import { Ctx } from '../commands/command-context';
import { Command, Query } from '../routes';
import { inPath } from './access';
import { ensureEveryRouteHasAccess, everyRoute } from './every-route';
import { InScope } from './in-scope';

@Controller('things')
class Ruled {
  @Query(':id', { access: 'user', summary: 'One thing' })
  one(): void {}
}

@Controller('leaks')
class Unruled {
  @Get(['', 'all'])
  all(): void {}
}

@Controller('salons')
class Careless {
  @Query(':id', { access: { permission: 'business:read', of: inPath('id') }, summary: 'Whatever the scope' })
  ignores(): void {}

  @Query(':id/own', { access: { permission: 'business:read', of: inPath('id') }, summary: 'What is in the scope' })
  asks(@InScope() scope: Scope): void {
    locationsOf(scope);
  }

  @Command('POST', ':id', {
    access: { permission: 'business:write', of: inPath('id') },
    summary: 'What is in it',
    appends: false,
  })
  changes(@Ctx() { scope }: CommandContext): void {
    locationsOf(scope);
  }
}

@Module({ imports: [DiscoveryModule], controllers: [Ruled] })
class Closed {}

@Module({ imports: [DiscoveryModule], controllers: [Ruled, Unruled] })
class Open {}

@Module({ imports: [DiscoveryModule], controllers: [Ruled, Careless] })
class Forgetful {}

const contextOf = (module: new () => object) => NestFactory.createApplicationContext(module, { logger: false });

it('finds every route with its rule', async () =>
  expect(everyRoute(await contextOf(Closed))).toEqual([
    { method: 'GET', path: '/things/:id', handler: 'Ruled.one', rule: 'user', takesScope: false },
  ]));

it('refuses an application with a route that has none', async () => {
  const open = await contextOf(Open);
  expect(() => ensureEveryRouteHasAccess(open)).toThrow(
    'Routes that are neither @Command nor @Query: GET /leaks (Unruled.all), GET /leaks/all (Unruled.all)',
  );
});

it('refuses an application with a handler that ignores its scope', async () => {
  const forgetful = await contextOf(Forgetful);
  expect(() => ensureEveryRouteHasAccess(forgetful)).toThrow(
    /^Routes that take neither @InScope\(\) nor @Ctx\(\): GET \/salons\/:id \(Careless\.ignores\)$/,
  );
});

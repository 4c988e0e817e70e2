import { Controller, Get, Module } from '@nestjs/common';
import { DiscoveryModule, NestFactory } from '@nestjs/core';
import { Access } from './access';
import { ensureEveryRouteHasAccess, everyRoute } from './every-route';

@Controller('things')
class Ruled {
  @Get(':id')
  @Access('user')
  one(): void {}
}

@Controller('leaks')
class Unruled {
  @Get(['', 'all'])
  all(): void {}
}

@Module({ imports: [DiscoveryModule], controllers: [Ruled] })
class Closed {}

@Module({ imports: [DiscoveryModule], controllers: [Ruled, Unruled] })
class Open {}

const contextOf = (module: new () => object) => NestFactory.createApplicationContext(module, { logger: false });

it('finds every route with its rule', async () =>
  expect(everyRoute(await contextOf(Closed))).toEqual([
    { method: 'GET', path: '/things/:id', handler: 'Ruled.one', rule: 'user' },
  ]));

it('refuses an application with a route that has none', async () => {
  const open = await contextOf(Open);
  expect(() => ensureEveryRouteHasAccess(open)).toThrow(
    'Routes without @Access: GET /leaks (Unruled.all), GET /leaks/all (Unruled.all)',
  );
});

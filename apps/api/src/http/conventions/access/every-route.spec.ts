import { Controller, Get, Module } from '@nestjs/common';
import { DiscoveryModule, NestFactory } from '@nestjs/core';
import { Query } from '../routes';
import { ensureEveryRouteHasAccess, everyRoute } from './every-route';

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
    'Routes that are neither @Command nor @Query: GET /leaks (Unruled.all), GET /leaks/all (Unruled.all)',
  );
});

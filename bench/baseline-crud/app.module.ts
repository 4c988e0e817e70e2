import { Body, Controller, Get, Headers, Module, Post, Query, UseGuards } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { TypeOrmModule } from '@nestjs/typeorm';
import { IsDateString, IsUUID } from 'class-validator';
import { AvailabilityService } from './availability.service';
import { type BookingAnswer, BookingBody } from './booking.body';
import { BookingService } from './booking.service';
import { entities } from './entities';
import { TokenGuard, UserId } from './token.guard';

class AvailabilityQuery {
  @IsUUID() businessId: string;
  @IsUUID() serviceId: string;
  @IsDateString() from: string;
  @IsDateString() to: string;
}

@Controller()
class RoutesController {
  constructor(
    private readonly bookings: BookingService,
    private readonly availability: AvailabilityService,
  ) {}

  @Post('api/v1/bookings')
  @UseGuards(TokenGuard)
  book(
    @UserId() userId: string,
    @Headers('idempotency-key') key: string | undefined,
    @Body() body: BookingBody,
  ): Promise<BookingAnswer> {
    return this.bookings.book(userId, key, body);
  }

  @Get('api/v1/availability')
  slots(@Query() { businessId, serviceId, from, to }: AvailabilityQuery) {
    return this.availability.slots(businessId, serviceId, from, to);
  }

  @Get('health/live')
  live() {
    return { status: 'ok' };
  }
}

@Module({
  imports: [
    JwtModule.register({ secret: process.env.JWT_SECRET }),
    TypeOrmModule.forRoot({
      type: 'postgres',
      url: process.env.DATABASE_URL,
      entities,
      synchronize: true,
      poolSize: Number(process.env.POOL_SIZE),
    }),
  ],
  controllers: [RoutesController],
  providers: [BookingService, AvailabilityService],
})
export class AppModule {}

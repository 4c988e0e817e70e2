import {
  ArrayMaxSize,
  ArrayMinSize,
  IsInt,
  IsISO8601,
  IsOptional,
  IsString,
  IsUUID,
  Max,
  MaxLength,
  Min,
} from 'class-validator';

export class BookingBody {
  @IsUUID() businessId: string;
  @IsUUID() serviceId: string;
  @IsISO8601({ strict: true }) start: string;
  @IsUUID('all', { each: true }) @ArrayMinSize(1) @ArrayMaxSize(1) resourceIds: string[];
  @IsOptional() @IsInt() @Min(1) @Max(1_000) partySize?: number;
  @IsOptional() @IsString() @MaxLength(2_000) note?: string;
}

export interface BookingAnswer {
  readonly id: string;
  readonly businessId: string;
  readonly serviceId: string;
  readonly resourceIds: readonly string[];
  readonly customerId: string;
  readonly start: string;
  readonly end: string;
  readonly status: string;
  readonly price: { readonly amount: number; readonly currency: string };
  readonly partySize: number;
}

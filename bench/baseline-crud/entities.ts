import {
  Column,
  Entity,
  Exclusion,
  Index,
  JoinColumn,
  JoinTable,
  ManyToMany,
  ManyToOne,
  OneToMany,
  PrimaryColumn,
} from 'typeorm';

@Entity('business')
export class BusinessRow {
  @PrimaryColumn('uuid') id: string;
  @Column('text') status: 'pending_review' | 'approved' | 'suspended';
  @Column('text', { name: 'time_zone' }) timeZone: string;
  @Column('int', { name: 'slot_interval_minutes' }) slotIntervalMinutes: number;
  @Column('int', { name: 'min_notice_minutes' }) minNoticeMinutes: number;
  @Column('int', { name: 'booking_window_days' }) bookingWindowDays: number;
  @OneToMany(
    () => OpeningHoursRow,
    (hours) => hours.business,
  )
  hours: OpeningHoursRow[];
}

/** Wall times of the business's zone; day 1 is Monday. */
@Entity('opening_hours')
export class OpeningHoursRow {
  @PrimaryColumn('uuid', { name: 'business_id' }) businessId: string;
  @PrimaryColumn('int') day: number;
  @PrimaryColumn('time') opens: string;
  @Column('time') closes: string;
  @ManyToOne(() => BusinessRow)
  @JoinColumn({ name: 'business_id' })
  business: BusinessRow;
}

@Entity('resource')
export class ResourceRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'business_id' }) businessId: string;
  @OneToMany(
    () => WorkingHoursRow,
    (hours) => hours.resource,
  )
  hours: WorkingHoursRow[];
}

@Entity('working_hours')
export class WorkingHoursRow {
  @PrimaryColumn('uuid', { name: 'resource_id' }) resourceId: string;
  @PrimaryColumn('int') day: number;
  @PrimaryColumn('time') starts: string;
  @Column('time') ends: string;
  @ManyToOne(() => ResourceRow)
  @JoinColumn({ name: 'resource_id' })
  resource: ResourceRow;
}

@Entity('service')
export class ServiceRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'business_id' }) businessId: string;
  @Column('int', { name: 'duration_minutes' }) durationMinutes: number;
  @Column('int') capacity: number;
  @Column('int') amount: number;
  @Column('text') currency: string;
  @ManyToOne(() => BusinessRow)
  @JoinColumn({ name: 'business_id' })
  business: BusinessRow;
  @ManyToMany(() => ResourceRow)
  @JoinTable({
    name: 'service_resource',
    joinColumn: { name: 'service_id' },
    inverseJoinColumn: { name: 'resource_id' },
  })
  resources: ResourceRow[];
}

@Entity('customer')
@Index(['businessId', 'userId'], { unique: true })
export class CustomerRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'business_id' }) businessId: string;
  @Column('uuid', { name: 'user_id' }) userId: string;
  @Column('boolean', { default: false }) blocked: boolean;
}

@Entity('booking')
@Exclusion(
  'booking_no_overlap',
  `using gist (resource_id with =, tstzrange(starts_at, ends_at) with &&) where (status <> 'cancelled')`,
)
@Index(['businessId', 'startsAt'])
@Index(['customerId'])
export class BookingRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'business_id' }) businessId: string;
  @Column('uuid', { name: 'service_id' }) serviceId: string;
  @Column('uuid', { name: 'resource_id' }) resourceId: string;
  @Column('uuid', { name: 'customer_id' }) customerId: string;
  @Column('timestamptz', { name: 'starts_at' }) startsAt: Date;
  @Column('timestamptz', { name: 'ends_at' }) endsAt: Date;
  @Column('text') status: 'confirmed' | 'cancelled';
  @Column('int') amount: number;
  @Column('text') currency: string;
  @Column('int', { name: 'party_size' }) partySize: number;
  @Column('text', { nullable: true }) note: string | null;
  @Column('timestamptz', { name: 'created_at', default: () => 'now()' }) createdAt: Date;
}

@Entity('idempotency_key')
export class IdempotencyKeyRow {
  @PrimaryColumn('uuid', { name: 'user_id' }) userId: string;
  @PrimaryColumn('text') route: string;
  @PrimaryColumn('text') key: string;
  @Column('text', { name: 'body_hash' }) bodyHash: string;
  @Column('jsonb', { nullable: true }) answer: object | null;
  @Column('timestamptz', { name: 'created_at', default: () => 'now()' }) createdAt: Date;
}

export const entities = [
  BusinessRow,
  OpeningHoursRow,
  ResourceRow,
  WorkingHoursRow,
  ServiceRow,
  CustomerRow,
  BookingRow,
  IdempotencyKeyRow,
];

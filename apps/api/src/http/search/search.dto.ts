import { Currency, ListQuery, Sort, Sought, Text, Whole } from '../conventions';
import { Near } from './near';

class SearchQuery extends ListQuery {
  @Near()
  near?: string;

  @Text({ optional: true, max: 60, description: 'Of the service, in whatever spelling' })
  category?: string;

  @Whole({
    optional: true,
    min: 0,
    max: 1_000_000_000_000,
    example: 8000,
    description: 'The highest price, in minor units of `currency`, or of each business’s own where there is none',
  })
  priceMax?: number;

  @Currency({ optional: true, description: 'Only prices in this currency' })
  currency?: string;

  @Sort('name', 'createdAt', 'distanceMeters')
  sort?: string;
}

export class SearchServicesQuery extends SearchQuery {
  @Sought('Parts of the name, category or description')
  q?: string;
}

export class SearchStaffQuery extends SearchQuery {
  @Sought('Parts of the name, description or a specialization, or of a service that the person gives')
  q?: string;
}

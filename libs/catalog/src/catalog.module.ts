import { Module } from '@nestjs/common';
import { BusinessModule } from '@yoyaku/business';
import { CatalogFacts } from './application/catalog-facts';
import { Policies } from './application/policies';
import { Resources } from './application/resources';
import { Services } from './application/services';

const published = [CatalogFacts, Policies, Resources, Services];

@Module({ imports: [BusinessModule], providers: published, exports: published })
export class CatalogModule {}

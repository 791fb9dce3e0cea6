import { guides } from './en-guides.ts';
import { providerGuides } from './en-provider-guides.ts';
import { addTexts } from './t.ts';

addTexts({ ...guides, ...providerGuides });

import { guides } from '../../src/texts/guides/en-guides.ts';
import { aroundGuides } from './en-guides.ts';
import { addTexts } from './t.ts';

addTexts({ ...aroundGuides, ...guides });

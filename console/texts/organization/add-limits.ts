import { limits } from './en-limits.ts';
import { addTexts } from '../t.ts';

addTexts(limits);

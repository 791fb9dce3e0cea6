import { why } from './en-why.ts';
import { addTexts } from '../t.ts';

addTexts(why);

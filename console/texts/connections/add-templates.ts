import { templates } from './en-templates.ts';
import { addTexts } from '../t.ts';

addTexts(templates);

import { applications } from './en-applications.ts';
import { addTexts } from '../t.ts';

addTexts(applications);

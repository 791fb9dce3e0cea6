import { apiResources } from './en-api-resources.ts';
import { addTexts } from '../t.ts';

addTexts(apiResources);

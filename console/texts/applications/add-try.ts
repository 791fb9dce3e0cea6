import './add-applications.ts';
import { addTexts } from '../t.ts';
import { tryIt } from './en-try.ts';

addTexts(tryIt);

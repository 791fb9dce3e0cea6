import './add-applications.ts';
import { addTexts } from '../t.ts';
import { otherPrograms } from './en-other.ts';
import { programs } from './en-programs.ts';

addTexts({ ...programs, ...otherPrograms });

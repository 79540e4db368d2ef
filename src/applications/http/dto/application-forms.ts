import { IsNotEmpty, IsString, MaxLength } from 'class-validator';

/** The button "Apply" on the page of a call. */
export class StartForm {
  /** The call's name in addresses. */
  @MaxLength(200)
  @IsNotEmpty()
  @IsString()
  call: string;
}

import { ApiProperty } from '@nestjs/swagger';
import { IsNotEmpty, IsString, Matches, MaxLength } from 'class-validator';

export class MinistryAnswerRequest {
  @ApiProperty({ example: 'RS', description: 'Whose ministry is answered, ISO 3166-1 alpha-2' })
  @Matches(/^[A-Z]{2}$/, { context: { problem: 'not_in_list' } })
  country: string;

  @ApiProperty({ maxLength: 4000 })
  @MaxLength(4000)
  @IsNotEmpty()
  @IsString()
  answer: string;
}

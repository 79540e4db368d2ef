import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

/**
 * What is asked of a list that comes in pages: a class to extend.
 * @param most that one page may hold
 * @param longest cursor, in characters
 */
export function pageQuery(most: number, longest = 500) {
  class PageQuery {
    @ApiPropertyOptional({ minimum: 1, maximum: most, default: 50 })
    @IsOptional()
    @Type(() => Number)
    @Max(most)
    @Min(1)
    @IsInt()
    limit: number = 50;

    @ApiPropertyOptional({ description: 'The `next` of the page before' })
    @IsOptional()
    @MaxLength(longest)
    @IsString()
    after?: string;
  }
  return PageQuery;
}

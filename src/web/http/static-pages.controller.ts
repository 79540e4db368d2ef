import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { view } from '../../platform/http/page.js';
import type { View } from '../../platform/http/page.js';
import { Public } from '../../platform/http/route-access.js';

/** What every public service says of itself. */
@ApiExcludeController()
@Controller()
export class StaticPagesController {
  @Get('privacy')
  @Public()
  privacy(): View {
    return view('web/privacy.njk', {}, { title: { key: 'web.privacy.title' } });
  }

  @Get('accessibility')
  @Public()
  accessibility(): View {
    return view('web/accessibility.njk', {}, { title: { key: 'web.accessibility.title' } });
  }
}

import type { MessageStep } from '../campaigns/campaign.ts';
import type { Campaign } from '../campaigns/campaign-record.ts';
import { journeyMetrics } from '../campaigns/journey-metrics.ts';
import { type Answer, appAnswer, appError } from '../http/answer.ts';
import type { Route, RouteParameters } from '../http/router.ts';
import type { SandboxRequest } from '../http/sandbox-request.ts';
import { secondsOf } from '../sandbox-clock.ts';
import type { SandboxCore } from '../sandbox-core.ts';
import { type AppHandler, guarded } from './app-route.ts';
import { actionView, campaignView } from './campaign-view.ts';
import { deliverySeries } from './delivery-metrics.ts';
import { listMessages } from './list-messages.ts';
import { deliveryWindow, journeyWindow } from './metrics-window.ts';

const CAMPAIGN = '/v1/campaigns/:campaign_id';
const DIGITS = /^\d{1,9}$/;

/** Campaigns and what became of them (cases 112 to 114). */
export const CAMPAIGN_ROUTES: readonly Route<AppHandler>[] = [
  {
    method: 'GET',
    pattern: '/v1/campaigns',
    summary: 'campaigns with their triggers',
    handle: guarded(listCampaigns),
  },
  { method: 'GET', pattern: CAMPAIGN, summary: 'one campaign', handle: withCampaign(readCampaign) },
  {
    method: 'GET',
    pattern: `${CAMPAIGN}/journey_metrics`,
    summary: 'journeys by the period they started in',
    handle: withCampaign(readJourneyMetrics),
  },
  {
    method: 'GET',
    pattern: `${CAMPAIGN}/metrics`,
    summary: 'messages of a campaign by period',
    handle: withCampaign(readDeliveryMetrics),
  },
  {
    method: 'GET',
    pattern: `${CAMPAIGN}/actions`,
    summary: 'messages that a campaign sends',
    handle: withCampaign(listActions),
  },
  {
    method: 'GET',
    pattern: `${CAMPAIGN}/actions/:action_id`,
    summary: 'one message that a campaign sends',
    handle: withAction((_core, campaign, step) =>
      appAnswer(200, JSON.stringify({ action: actionView(campaign, step) })),
    ),
  },
  {
    method: 'GET',
    pattern: `${CAMPAIGN}/actions/:action_id/metrics`,
    summary: 'one message of a campaign by period',
    handle: withAction((core, campaign, step, request) =>
      readDeliveryMetrics(core, campaign, request, step.actionId),
    ),
  },
  {
    method: 'GET',
    pattern: `${CAMPAIGN}/messages`,
    summary: 'messages that a campaign would have sent',
    handle: withCampaign((core, campaign, request) =>
      listMessages(core, request.query, { campaignId: campaign.definition.id }),
    ),
  },
];

type CampaignHandler = (core: SandboxCore, campaign: Campaign, request: SandboxRequest) => Answer;
type ActionHandler = (
  core: SandboxCore,
  campaign: Campaign,
  step: MessageStep,
  request: SandboxRequest,
) => Answer;

function withCampaign(handler: CampaignHandler): AppHandler {
  return guarded((core, request, parameters) => {
    const campaign = findCampaign(core, parameters);
    return campaign === undefined ? appError(404, 'campaign not found') : handler(core, campaign, request);
  });
}

function withAction(handler: ActionHandler): AppHandler {
  return guarded((core, request, parameters) => {
    const campaign = findCampaign(core, parameters);
    const step = campaign?.definition.steps.find(
      ({ kind, actionId }) => kind === 'message' && String(actionId) === parameters['action_id'],
    );
    if (campaign === undefined || step?.kind !== 'message') return appError(404, 'action not found');
    return handler(core, campaign, step, request);
  });
}

function findCampaign(core: SandboxCore, parameters: RouteParameters): Campaign | undefined {
  const text = parameters['campaign_id'] ?? '';
  return DIGITS.test(text) ? core.workspace.consequences().campaign(Number(text)) : undefined;
}

function viewOf(core: SandboxCore, campaign: Campaign) {
  return campaignView(campaign, core.workspace.consequences().journeys.ofCampaign(campaign.definition.id));
}

function listCampaigns(core: SandboxCore): Answer {
  const campaigns = core.workspace.consequences().campaigns();
  return appAnswer(200, JSON.stringify({ campaigns: campaigns.map((campaign) => viewOf(core, campaign)) }));
}

function readCampaign(core: SandboxCore, campaign: Campaign): Answer {
  return appAnswer(200, JSON.stringify({ campaign: viewOf(core, campaign) }));
}

/** The proof that a backfill started nothing (case 114). */
function readJourneyMetrics(core: SandboxCore, campaign: Campaign, request: SandboxRequest): Answer {
  const window = journeyWindow(request.query);
  if (typeof window === 'string') return appError(400, window);
  const journeys = core.workspace.consequences().journeys.ofCampaign(campaign.definition.id);
  const { period, start, end } = window;
  return appAnswer(200, JSON.stringify({ journey_metric: journeyMetrics(journeys, period, start, end) }));
}

function readDeliveryMetrics(
  core: SandboxCore,
  campaign: Campaign,
  request: SandboxRequest,
  actionId?: number,
): Answer {
  const window = deliveryWindow(request.query, secondsOf(core.clock.nowMs()));
  if (typeof window === 'string') return appError(400, window);
  const messages = core.workspace
    .consequences()
    .messages.all()
    .filter(
      (message) =>
        message.campaignId === campaign.definition.id &&
        (actionId === undefined || message.actionId === actionId),
    );
  const series = deliverySeries(messages, window.period, window.start, window.end);
  return appAnswer(200, JSON.stringify({ metric: { series } }));
}

/** All of them: there is never a next page. */
function listActions(_core: SandboxCore, campaign: Campaign): Answer {
  const actions = campaign.definition.steps.flatMap((step) =>
    step.kind === 'message' ? [actionView(campaign, step)] : [],
  );
  return appAnswer(200, JSON.stringify({ actions, next: '' }));
}

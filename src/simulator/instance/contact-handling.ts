export const channels = ['VOICE', 'CHAT', 'TASK', 'EMAIL'] as const;
type Channel = (typeof channels)[number];
type PhoneType = 'SOFT_PHONE' | 'DESK_PHONE';
type VoiceEnhancementMode = 'VOICE_ISOLATION' | 'NOISE_SUPPRESSION' | 'NONE';
type AcwConfig = { readonly AfterContactWorkTimeLimit?: number | undefined };

/** As on the wire (API reference, UserPhoneConfig). */
export interface PhoneConfig {
  readonly PhoneType?: PhoneType | undefined;
  readonly AutoAccept?: boolean | undefined;
  /** Seconds, 0 for indefinite; milliseconds in SearchUsers' answer only. */
  readonly AfterContactWorkTimeLimit?: number | undefined;
  readonly DeskPhoneNumber?: string | undefined;
  readonly PersistentConnection?: boolean | undefined;
}

/** The five per-channel lists, as on the wire (API reference, UpdateUserConfig). */
export interface ChannelConfigs {
  readonly AutoAcceptConfigs?:
    | readonly {
        Channel: Channel;
        AutoAccept: boolean;
        AgentFirstCallbackAutoAccept?: boolean | undefined;
      }[]
    | undefined;
  readonly AfterContactWorkConfigs?:
    | readonly {
        Channel: Channel;
        AfterContactWorkConfig: AcwConfig;
        AgentFirstCallbackAfterContactWorkConfig?: AcwConfig | undefined;
      }[]
    | undefined;
  readonly PhoneNumberConfigs?:
    | readonly { Channel: Channel; PhoneType: PhoneType; PhoneNumber?: string | undefined }[]
    | undefined;
  readonly PersistentConnectionConfigs?:
    | readonly { Channel: Channel; PersistentConnection: boolean }[]
    | undefined;
  readonly VoiceEnhancementConfigs?:
    | readonly { Channel: Channel; VoiceEnhancementMode: VoiceEnhancementMode }[]
    | undefined;
}

interface ChannelSettings {
  readonly autoAccept: boolean;
  readonly acwSeconds: number;
  readonly firstCallbackAutoAccept?: boolean | undefined;
  readonly firstCallbackAcwSeconds?: number | undefined;
}

/** How an agent takes contacts: the one truth behind Connect's two forms, PhoneConfig and per-channel lists. */
export interface ContactHandling {
  readonly channels: Readonly<Record<Channel, ChannelSettings>>;
  readonly phoneType: PhoneType;
  readonly phoneNumber?: string | undefined;
  readonly persistentConnection: boolean;
  readonly voiceEnhancementMode: VoiceEnhancementMode;
}

/**
 * UpdateUserPhoneConfig writes the same values to all channels (API reference). Whether it keeps what it is not
 * given is not documented; here it does not, as with CloudFormation and Terraform, which always send everything.
 */
export function withPhoneConfig(current: ContactHandling | undefined, config: PhoneConfig): ContactHandling {
  const settings = {
    autoAccept: config.AutoAccept ?? false,
    acwSeconds: config.AfterContactWorkTimeLimit ?? 0,
  };
  return {
    channels: { VOICE: settings, CHAT: settings, TASK: settings, EMAIL: settings },
    phoneType: config.PhoneType ?? 'SOFT_PHONE',
    phoneNumber: config.DeskPhoneNumber,
    persistentConnection: config.PersistentConnection ?? false,
    voiceEnhancementMode: current?.voiceEnhancementMode ?? 'NONE',
  };
}

/** UpdateUserConfig sets the channels it names and leaves the others. */
export function withChannelConfigs(current: ContactHandling, configs: ChannelConfigs): ContactHandling {
  const phone = configs.PhoneNumberConfigs?.[0];
  return {
    channels: {
      VOICE: channelSettings('VOICE', current, configs),
      CHAT: channelSettings('CHAT', current, configs),
      TASK: channelSettings('TASK', current, configs),
      EMAIL: channelSettings('EMAIL', current, configs),
    },
    phoneType: phone?.PhoneType ?? current.phoneType,
    phoneNumber: phone ? phone.PhoneNumber : current.phoneNumber,
    persistentConnection:
      configs.PersistentConnectionConfigs?.[0]?.PersistentConnection ?? current.persistentConnection,
    voiceEnhancementMode:
      configs.VoiceEnhancementConfigs?.[0]?.VoiceEnhancementMode ?? current.voiceEnhancementMode,
  };
}

/**
 * Both forms at once, as DescribeUser returns them: fed back into CreateUser they conflict.
 *
 * @param acwUnit after-contact-work units per second: 1, or 1000 for SearchUsers (API reference, UserPhoneConfig)
 */
export function describedContactHandling(
  handling: ContactHandling,
  acwUnit: 1 | 1000,
): { PhoneConfig: PhoneConfig } & ChannelConfigs {
  return {
    PhoneConfig: {
      PhoneType: handling.phoneType,
      AutoAccept: handling.channels.VOICE.autoAccept,
      AfterContactWorkTimeLimit: handling.channels.VOICE.acwSeconds * acwUnit,
      DeskPhoneNumber: handling.phoneNumber,
      PersistentConnection: handling.persistentConnection,
    },
    AutoAcceptConfigs: channels.map((Channel) => ({
      Channel,
      AutoAccept: handling.channels[Channel].autoAccept,
      AgentFirstCallbackAutoAccept: handling.channels[Channel].firstCallbackAutoAccept,
    })),
    AfterContactWorkConfigs: channels.map((Channel) => acwConfig(Channel, handling, acwUnit)),
    PhoneNumberConfigs: [
      { Channel: 'VOICE', PhoneType: handling.phoneType, PhoneNumber: handling.phoneNumber },
    ],
    PersistentConnectionConfigs: [{ Channel: 'VOICE', PersistentConnection: handling.persistentConnection }],
    VoiceEnhancementConfigs: [{ Channel: 'VOICE', VoiceEnhancementMode: handling.voiceEnhancementMode }],
  };
}

function acwConfig(Channel: Channel, handling: ContactHandling, acwUnit: number) {
  const { acwSeconds, firstCallbackAcwSeconds } = handling.channels[Channel];
  return {
    Channel,
    AfterContactWorkConfig: { AfterContactWorkTimeLimit: acwSeconds * acwUnit },
    AgentFirstCallbackAfterContactWorkConfig:
      firstCallbackAcwSeconds === undefined
        ? undefined
        : { AfterContactWorkTimeLimit: firstCallbackAcwSeconds * acwUnit },
  };
}

function channelSettings(
  channel: Channel,
  current: ContactHandling,
  configs: ChannelConfigs,
): ChannelSettings {
  const accept = configs.AutoAcceptConfigs?.find((config) => config.Channel === channel);
  const acw = configs.AfterContactWorkConfigs?.find((config) => config.Channel === channel);
  const before = current.channels[channel];
  return {
    autoAccept: accept?.AutoAccept ?? before.autoAccept,
    firstCallbackAutoAccept: accept ? accept.AgentFirstCallbackAutoAccept : before.firstCallbackAutoAccept,
    acwSeconds: acw ? (acw.AfterContactWorkConfig.AfterContactWorkTimeLimit ?? 0) : before.acwSeconds,
    firstCallbackAcwSeconds: acw
      ? acw.AgentFirstCallbackAfterContactWorkConfig?.AfterContactWorkTimeLimit
      : before.firstCallbackAcwSeconds,
  };
}

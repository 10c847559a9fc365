"""Forms of tokens that their issuers publish, most of them so that scanners like this one find them. Data; RE2 syntax on bytes.

A form matches the least that a token has; the rest of its run of token characters is taken along. No form has an open repetition:
one search over a text of any kind takes time linear in it, and so do all of them together.
"""

from __future__ import annotations

from typing import NamedTuple


class Format(NamedTuple):
    """`keep`: so many first bytes are the same in every token, or nearly, and may be shown.

    `back`: so many bytes of the token stand before what `regex` matches. `run`: characters of which there may be more behind it,
    where the length is open. `test`: for the issuer's sandbox.
    """

    kind: str
    regex: bytes
    keep: int
    source: str
    back: int = 0
    run: bytes = b""
    test: bool = False


_W = rb"[A-Za-z0-9_-]"
_A = rb"[A-Za-z0-9]"
_B = rb"[A-Za-z0-9+/]"
_X = rb"[0-9a-f]"

FORMATS: tuple[Format, ...] = (
    # clouds
    Format("aws-access-key", rb"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}", 4, "AWS IAM user guide: unique identifiers"),
    Format("aws-bedrock-key", rb"\bABSK" + _B + rb"{100}", 4, "AWS Bedrock user guide: API keys", run=_B + rb"|="),
    Format("google-api-key", rb"\bAIza" + _W + rb"{35}", 4, "Google Cloud: API keys"),
    Format("google-oauth-secret", rb"\bGOCSPX-" + _W + rb"{28}", 7, "Google Identity: OAuth client secrets"),
    Format("google-oauth-token", rb"\bya29\." + _W + rb"{30}", 5, "Google Identity: access tokens", run=_W),
    Format("azure-storage-key", rb"\+ASt" + _B + rb"{5}[AQgw]==", 0, "Microsoft: identifiable keys, storage", back=76),
    Format("azure-cosmos-key", rb"ACDb" + _B + rb"{5}[AQgw]==", 0, "Microsoft: identifiable keys, Cosmos DB", back=76),
    Format("azure-function-key", rb"AzFu" + _W + rb"{5}[AQgw]==", 0, "Microsoft: identifiable keys, Functions", back=44),
    Format("azure-client-secret", rb"[0-9]Q~[A-Za-z0-9_~.-]{31}", 0, "Microsoft Entra: client secrets", 3, rb"[A-Za-z0-9_~.-]"),
    Format("azure-devops-token", rb"AZDO" + _A + rb"{4}", 0, "Azure DevOps: personal access tokens", back=76),
    Format("azure-sas", rb"\bsig=[A-Za-z0-9%+/_-]{43}", 4, "Azure Storage: shared access signatures", run=rb"[A-Za-z0-9%+/=_-]"),
    Format("alibaba-access-key", rb"\bLTAI" + _A + rb"{16}", 4, "Alibaba Cloud RAM: AccessKey pairs", run=_A),
    Format("tencent-secret-id", rb"\bAKID" + _A + rb"{32}", 4, "Tencent Cloud CAM: secret ids"),
    Format("digitalocean-token", rb"\bdo[opr]_v1_" + _X + rb"{64}", 7, "DigitalOcean API: tokens"),
    Format("heroku-token", rb"\bHRKU-AA" + _W + rb"{58}", 7, "Heroku Platform API: tokens"),
    Format("fly-token", rb"\bfo1_" + _W + rb"{43}", 4, "Fly.io: access tokens"),
    Format("cloudflare-origin-key", rb"\bv1\.0-" + _X + rb"{24}-" + _X + rb"{146}", 5, "Cloudflare: Origin CA keys"),
    Format("netlify-token", rb"\bnfp_" + _A + rb"{36}", 4, "Netlify API: personal access tokens"),
    Format("databricks-token", rb"\bdapi" + _X + rb"{32}", 4, "Databricks: personal access tokens", run=rb"-?[0-9]"),
    # code and build
    Format("github-token", rb"\bgh[pousr]_" + _A + rb"{36}", 4, "GitHub: token formats", run=_A),
    Format("github-token", rb"\bgithub_pat_" + _A + rb"{22}_" + _A + rb"{59}", 11, "GitHub: token formats"),
    Format(
        "gitlab-token",
        rb"\bgl(?:pat|ptt|dt|rt|cbt|ft|soat|agent|imt|oas|ffct)-" + _W + rb"{20}",
        3,
        "GitLab: token overview, prefixes",
        run=rb"[A-Za-z0-9_.-]",
    ),
    Format("gitlab-runner-token", rb"\bGR1348941" + _W + rb"{20}", 9, "GitLab: token overview, prefixes"),
    Format("bitbucket-app-password", rb"\bATBB" + _A + rb"{32}", 4, "Bitbucket Cloud: app passwords"),
    Format("atlassian-token", rb"\bAT(?:ATT|CTT)3[A-Za-z0-9_=-]{100}", 6, "Atlassian: API tokens", run=rb"[A-Za-z0-9_=-]"),
    Format("npm-token", rb"\bnpm_" + _A + rb"{36}", 4, "npm: access tokens"),
    Format("pypi-token", rb"\bpypi-AgE(?:IcHlwaS5vcmc|NdGVzdC5weXBpLm9yZw)" + _W + rb"{50}", 5, "PyPI: API tokens", run=_W),
    Format("docker-token", rb"\bdckr_(?:pat|oat)_" + _W + rb"{27}", 9, "Docker Hub: access tokens", run=_W),
    Format("rubygems-key", rb"\brubygems_" + _X + rb"{48}", 9, "RubyGems: API keys"),
    Format("nuget-key", rb"\boy2[a-z0-9]{43}", 3, "NuGet: API keys"),
    Format("crates-token", rb"\bcio" + _A + rb"{32}", 3, "crates.io: API tokens"),
    Format(
        "artifactory-key", rb"\b(?:AKCp" + _A + rb"{69}|cmVmdGtu" + _A + rb"{56})", 4, "JFrog Artifactory: keys, reference tokens"
    ),
    Format("sonar-token", rb"\bsq[upa]_" + _X + rb"{40}", 4, "SonarQube: tokens"),
    Format("buildkite-token", rb"\bbk(?:ua|pat)_" + _A + rb"{40}", 3, "Buildkite: API tokens"),
    Format("circleci-token", rb"\bCCI(?:PAT|PRJ)_" + _A + rb"{22}_" + _X + rb"{40}", 7, "CircleCI: API tokens"),
    Format("pulumi-token", rb"\bpul-" + _X + rb"{40}", 4, "Pulumi Cloud: access tokens"),
    Format("terraform-token", rb"\.atlasv1\." + _W + rb"{60}", 0, "HCP Terraform: API tokens", back=14, run=_W),
    Format("vault-token", rb"\bhv[sbr]\." + _W + rb"{24}", 4, "HashiCorp Vault: tokens", run=_W),
    Format("doppler-token", rb"\bdp\.(?:pt|ct|sa|scim|audit)\." + _A + rb"{40}", 6, "Doppler: token formats", run=_A),
    Format("doppler-token", rb"\bdp\.st\.[a-z0-9_-]{2,35}\." + _A + rb"{40}", 6, "Doppler: token formats", run=_A),
    Format("postman-key", rb"\bPMAK-" + _X + rb"{24}-" + _X + rb"{34}", 5, "Postman: API keys"),
    Format(
        "tailscale-key",
        rb"\btskey-(?:auth|api|client|scim|webhook)-" + _A + rb"{8,24}-" + _A + rb"{16}",
        6,
        "Tailscale: keys",
        run=_A,
    ),
    # models
    Format("anthropic-key", rb"\bsk-ant-(?:api|admin|oat|sid)[0-9]{2}-" + _W + rb"{80}", 7, "Anthropic API: keys", run=_W),
    Format("openai-key", rb"\bsk-(?:proj|svcacct|admin)-" + _W + rb"{40}", 3, "OpenAI API: keys", run=_W),
    Format("openai-key", rb"\bsk-" + _A + rb"{20}T3BlbkFJ" + _A + rb"{20}", 3, "OpenAI API: keys"),
    Format("openai-key", rb"\bsk-" + _A + rb"{48}", 3, "OpenAI API: keys, first form"),
    Format("huggingface-token", rb"\bhf_" + _A + rb"{34}", 3, "Hugging Face Hub: user access tokens"),
    Format("groq-key", rb"\bgsk_" + _A + rb"{52}", 4, "Groq API: keys"),
    Format("replicate-token", rb"\br8_" + _A + rb"{37}", 3, "Replicate API: tokens"),
    Format("xai-key", rb"\bxai-" + _A + rb"{80}", 4, "xAI API: keys"),
    Format("perplexity-key", rb"\bpplx-" + _A + rb"{48}", 5, "Perplexity API: keys"),
    # messages and mail
    Format("slack-token", rb"\bxox[abeoprs](?:\.xox[bp])?-[A-Za-z0-9-]{20}", 5, "Slack: token types", run=rb"[A-Za-z0-9-]"),
    Format("slack-token", rb"\bxapp-[0-9]-[A-Z0-9]{8,14}-[0-9]{8,15}-" + _X + rb"{40}", 5, "Slack: token types", run=_X),
    Format(
        "slack-webhook",
        rb"\bhooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]{40}",
        16,
        "Slack: webhooks",
        run=rb"[\w/-]",
    ),
    Format(
        "discord-webhook", rb"\bdiscord(?:app)?\.com/api/webhooks/[0-9]{17,20}/" + _W + rb"{60}", 7, "Discord: webhooks", run=_W
    ),
    Format(
        "discord-bot-token", rb"\b[MNO]" + _W + rb"{23,25}\." + _W + rb"{6}\." + _W + rb"{27}", 0, "Discord: bot tokens", run=_W
    ),
    Format(
        "teams-webhook",
        rb"\bwebhook\.office\.com/webhookb2/[0-9a-f@-]{73}/IncomingWebhook/" + _X + rb"{32}",
        18,
        "Teams: webhooks",
    ),
    Format("telegram-bot-token", rb"\b(?:bot)?[0-9]{8,10}:AA" + _W + rb"{33}", 0, "Telegram: bot tokens"),
    Format("twilio-api-key", rb"\bSK" + _X + rb"{32}", 2, "Twilio: API keys"),
    Format("sendgrid-key", rb"\bSG\." + _W + rb"{22}\." + _W + rb"{43}", 3, "SendGrid: API keys"),
    Format("mailgun-key", rb"\bkey-" + _X + rb"{32}", 4, "Mailgun: API keys"),
    Format("mailchimp-key", rb"\b" + _X + rb"{32}-us[0-9]{1,2}", 0, "Mailchimp: API keys"),
    # money and shops
    Format("stripe-key", rb"\b[sr]k_live_" + _A + rb"{16}", 8, "Stripe: API keys", run=_A),
    Format("stripe-test-key", rb"\b[sr]k_test_" + _A + rb"{16}", 8, "Stripe: API keys", run=_A, test=True),
    Format("stripe-webhook-secret", rb"\bwhsec_" + _B + rb"{32}", 6, "Stripe: webhook signatures", run=_B),
    Format("square-token", rb"\bsq0(?:atp|csp)-" + _W + rb"{22}", 7, "Square: access tokens", run=_W),
    Format("braintree-token", rb"\baccess_token\$production\$[a-z0-9]{16}\$" + _X + rb"{32}", 13, "Braintree: access tokens"),
    Format("shopify-token", rb"\bshp(?:at|ca|pa|ss)_" + _X + rb"{32}", 6, "Shopify: access tokens"),
    Format("plaid-token", rb"\baccess-(?:development|production)-[0-9a-f-]{36}", 7, "Plaid: access tokens"),
    # watching and working
    Format("grafana-token", rb"\bglsa_" + _A + rb"{32}_" + _X + rb"{8}", 5, "Grafana: service account tokens"),
    Format("grafana-cloud-token", rb"\bglc_eyJ" + _B + rb"{40}", 4, "Grafana Cloud: access policy tokens", run=_B + rb"|="),
    Format("newrelic-key", rb"\bNR(?:AK|II|RA)-[A-Za-z0-9_-]{27}", 5, "New Relic: API keys", run=_W),
    Format("sentry-token", rb"\bsntry[su]_[A-Za-z0-9+/=_-]{40}", 7, "Sentry: auth tokens", run=rb"[A-Za-z0-9+/=_-]"),
    Format("dynatrace-token", rb"\bdt0[a-z][0-9]{2}\.[A-Z0-9]{24}\.[A-Z0-9]{64}", 7, "Dynatrace: access tokens"),
    Format("linear-key", rb"\blin_api_" + _A + rb"{40}", 8, "Linear: API keys"),
    Format("notion-token", rb"\bntn_" + _A + rb"{42}", 4, "Notion: integration tokens", run=_A),
    Format("figma-token", rb"\bfig[dou]r?_" + _W + rb"{40}", 4, "Figma: access tokens"),
    Format("airtable-token", rb"\bpat" + _A + rb"{14}\." + _X + rb"{64}", 3, "Airtable: personal access tokens"),
    Format("planetscale-token", rb"\bpscale_(?:tkn|pw|oauth)_" + _W + rb"{32}", 7, "PlanetScale: tokens and passwords", run=_W),
    Format("supabase-token", rb"\bsbp_" + _X + rb"{40}", 4, "Supabase: access tokens"),
    Format("prefect-key", rb"\bpn[ub]_" + _A + rb"{36}", 4, "Prefect Cloud: API keys"),
    Format("okta-token", rb"\bSSWS 00" + _W + rb"{40}", 7, "Okta: API tokens"),
    Format("onepassword-token", rb"\bops_eyJ" + _W + rb"{150}", 4, "1Password: service account tokens", run=_W),
    Format("age-key", rb"\bAGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}", 16, "age: file encryption, identities"),
    Format("jwt", rb"\beyJ" + _W + rb"{10}", 0, "RFC 7519: JSON Web Token"),
)

# Parts of tokens that documentation and emulators made public; whoever has them has nothing.
PUBLISHED: tuple[bytes, ...] = (
    b"Eby8vdM02xNOcqFlqUwJPLlmEtlC",  # the storage emulators' account key
    b"C2y6yDjf5/R+ob0N8A7Cgv30VR",  # the Cosmos DB emulator's
    b"SflKxwRJSMeKKF2QT4fwpMeJf36P",  # signatures of the JWT that everyone shows
    b"TJVA95OrM7E2cBab30RMHrHDcEfx",
    b"dozjgNryP4J3jVmNHl0w5N_XgL0n",  # RFC 7519's own
    b"4eC39HqLyjWDarj",  # Stripe's documentation
    b"wJalrXUtnFEMI/K7MDENG",  # AWS's documentation
)

import type { ApplicationPreset } from '../../preset.ts';

export const preset: ApplicationPreset = {
  id: 'spring-security',
  name: 'Spring Security',
  version: '7.1.2',
  words: ['spring boot', 'java', 'framework'],
  mark: 'Sp',
  about: 'The framework that Spring Boot applications log people in with.',
  example: 'https://orders.northwind.example',
  registration: {
    kind: 'web',
    redirectUris: ['{app}/login/oauth2/code/gatehouse'],
    postLogoutRedirectUris: ['{app}'],
    backchannelLogoutUri: '{app}/logout/connect/back-channel/gatehouse',
    initiateLoginUri: '{app}/',
  },
  there: [
    {
      where: '`application.properties`; the application has `spring-boot-starter-security-oauth2-client`',
      format: 'properties',
      text: `spring.security.oauth2.client.provider.gatehouse.issuer-uri={issuer}
spring.security.oauth2.client.registration.gatehouse.client-id={clientId}
spring.security.oauth2.client.registration.gatehouse.client-secret={clientSecret}
spring.security.oauth2.client.registration.gatehouse.scope=openid,profile,email`,
    },
    {
      where: 'A class of the application: logging out on both sides',
      format: 'java',
      text: `package example;

import static org.springframework.security.config.Customizer.withDefaults;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.oauth2.client.oidc.web.logout.OidcClientInitiatedLogoutSuccessHandler;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.web.SecurityFilterChain;

@Configuration
class LogIn {
  @Bean
  SecurityFilterChain everything(HttpSecurity http, ClientRegistrationRepository registrations) throws Exception {
    var thenToGatehouse = new OidcClientInitiatedLogoutSuccessHandler(registrations);
    thenToGatehouse.setPostLogoutRedirectUri("{baseUrl}");
    return http.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
        .oauth2Login(withDefaults())
        .logout((logout) -> logout.logoutSuccessHandler(thenToGatehouse))
        .oidcLogout((logout) -> logout.backChannel(withDefaults()))
        .build();
  }
}`,
    },
  ],
  notes: [
    'Keep RS256: with ES256 people read *Invalid credentials*.',
    'PKCE and nonce are on by themselves. It keys people on `sub`.',
    'Without the class logging in works the same; logging out ends the application’s own session alone.',
    'Back-channel logout keeps in memory which session belongs to whom: with several processes give it an `OidcSessionRegistry` that they share.',
  ],
  then: 'Start the application; every page leads to the log-in page.',
  lacks: [],
};

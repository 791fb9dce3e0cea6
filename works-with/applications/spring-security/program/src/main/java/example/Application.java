package example;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** One page that says who came; how they log in is what the preset shows. */
@SpringBootApplication
@RestController
public class Application {
  public static void main(String[] words) {
    SpringApplication.run(Application.class, words);
  }

  @GetMapping(path = "/", produces = "text/html")
  String greet(@AuthenticationPrincipal OidcUser user) {
    return "<p>Hello " + user.getEmail() + "</p><p><a href=\"/logout\">Log out</a></p>";
  }
}

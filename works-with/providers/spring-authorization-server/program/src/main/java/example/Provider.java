package example;

import java.util.Arrays;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;

/** The server as it comes: applications are properties; only the people are given here, as {@code name:password,…}. */
@SpringBootApplication
public class Provider {
  public static void main(String[] words) {
    SpringApplication.run(Provider.class, words);
  }

  @Bean
  UserDetailsService people(@Value("${people}") String people) {
    return new InMemoryUserDetailsManager(
        Arrays.stream(people.split(","))
            .map(person -> person.split(":"))
            .map(person -> User.withUsername(person[0]).password("{noop}" + person[1]).build())
            .toList());
  }
}

"""First and last names for the invented people of the demo district. Any likeness to real persons is chance."""

from __future__ import annotations

_GIVEN = """
Aaliyah Abel Adaeze Aiden Aisha Akira Alejandra Alonzo Amara Amir Andre Anh Anika Asher Aurora Avi Beatriz Bilal
Bodhi Brooke Caleb Camila Carmen Chidi Chloe Clara Dakota Dalia Daniel Darius Delia Dev Diego Dmitri Ebony Eli
Elena Emeka Esperanza Ethan Eun-ji Ezra Fatima Felix Fiona Gabriel Gael Grace Hana Hassan Hazel Henry Hugo Ibrahim
Imani Ines Isaac Isla Jada Jamal Jasper Javier Jin Jonah Josefina Juniper Kai Kalani Keisha Khalil Kiana Kofi Lani
Laila Leilani Leo Liam Linh Lucia Lupita Malik Mateo Maya Mei Mika Mina Misaki Nadia Naomi Nashoba Noor Nia Nikhil
Noah Odin Olivia Omar Oscar Pedro Penelope Priya Quinn Rafael Ramona Rania Ravi Reese Remy Rohan Ruby Ruth Salma
Samir Santiago Sasha Selah Shirin Sofia Soren Stella Tala Talia Tariq Tenzin Thandiwe Theo Tomas Uma Valentina
Viktor Wesley Winona Wren Ximena Yara Yusuf Zara Zeke Zoe Zuri
"""
GIVEN_NAMES: tuple[str, ...] = tuple(_GIVEN.split())

_FAMILY = """
Abebe Acosta Adeyemi Ahmed Alvarez Andersen Avila Bailey Banerjee Barrios Begay Bennett Bianchi Blackwood Brooks
Campbell Castillo Chen Chowdhury Clark Coleman Cruz Dang Davis Desai Diaz Dubois Dunn Eze Farah Fischer Flores
Foster Garcia Ghosh Gonzalez Grant Gupta Haddad Hall Hansen Hernandez Hill Hoang Hughes Ibarra Ito Jackson Jensen
Johnson Joseph Kaplan Karimi Kaur Kealoha Kelly Khan Kim Kowalski Lam Larson Lee Lopez Lozano Lynch Mahmoud Martin
Mbeki Medina Mehta Mendoza Mitchell Molina Moreno Murphy Mwangi Nakamura Nelson Nguyen Novak Obi Okafor Olsen Ortiz
Owens Park Patel Perez Petrov Pham Powell Ramirez Reed Reyes Rivera Roberts Rojas Rossi Sahin Salazar Sanders Santos
Schmidt Shah Silva Singh Soto Stone Suarez Tanaka Taylor Thompson Torres Tran Tsosie Turner Valdez Vargas Vega
Walker Wang Ward Washington White Williams Wong Wright Yamamoto Yang Young Zhang Zimmerman
"""
FAMILY_NAMES: tuple[str, ...] = tuple(_FAMILY.split())
